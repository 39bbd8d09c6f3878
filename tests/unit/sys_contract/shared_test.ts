import assert from "node:assert/strict";
import { openLinux } from "../../../core/sys/linux.ts";

Deno.test({
  name: "floors of a thread share what they have bound, until the last of them ends",
  ignore: Deno.build.os !== "linux",
  // What is left bound at the end would fail it: Deno counts the libraries that are open.
  fn() {
    const [one, other] = [openLinux(), openLinux()];
    const thread = one.threadId();
    one.end();
    // Twice is as good as once, and takes nothing from the other.
    one.end();
    assert.equal(other.threadId(), thread);
    other.end();
    const next = openLinux();
    assert.equal(next.threadId(), thread);
    next.end();
  },
});
