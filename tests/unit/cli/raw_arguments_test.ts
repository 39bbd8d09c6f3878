import assert from "node:assert/strict";
import { lastArguments } from "../../../cli/arguments/raw.ts";

const encoder = new TextEncoder();

Deno.test("the last arguments of the command line are found, odd ones as bytes", () => {
  const line = new Uint8Array([...encoder.encode("deno\0run\0x.ts\0copy\0bad"), 0xff, 0, 98, 0]);
  const found = lastArguments(line, ["copy", "bad\u{fffd}", "b"]);
  assert.deepEqual(found, ["copy", new Uint8Array([...encoder.encode("bad"), 0xff]), "b"]);
});

Deno.test("a true U+FFFD stays text, and an empty argument is one", () => {
  const found = lastArguments(encoder.encode("deno\0\0\u{fffd}\0"), ["", "\u{fffd}"]);
  assert.deepEqual(found, ["", "\u{fffd}"]);
});

Deno.test("a command line that does not fit the arguments is not believed", () => {
  assert.equal(lastArguments(encoder.encode("deno\0other\0"), ["\u{fffd}"]), undefined);
  assert.equal(lastArguments(encoder.encode("a\0"), ["a", "b"]), undefined);
});
