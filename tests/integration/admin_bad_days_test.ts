import assert from "node:assert/strict";
import { find, list } from "../../mod.ts";
import { findChunks } from "../../core/admin/looking.ts";
import { needing } from "../support/mod.ts";
import { DIRECTORIES, FILES, gathered, refusal, wideGround } from "./admin_ground.ts";

Deno.test({
  ...needing("a daemon that is killed while it answers is missed at once", "remote"),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { daemon } = await wideGround(stack);
    const chunks = findChunks(daemon.endpoint("wide"));
    assert.equal((await chunks.next()).done, false);
    await daemon.kill();
    const { code, exitCode, message } = await refusal(chunks);
    assert.deepEqual([code, exitCode], ["lost", 1], message);
  },
});

Deno.test({
  ...needing("a client that leaves ends what the daemon does for it, and nothing else", "remote"),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { daemon, place } = await wideGround(stack);
    for await (const row of find(daemon.endpoint("wide"))) {
      assert.equal(row.type, "entry");
      break;
    }
    await daemon.said(/Ended early \(\d+ entries, \d+\.\d s\): the client at .* has left\./);
    const abort = new AbortController();
    const chunks = findChunks(daemon.endpoint("wide"), { signal: abort.signal });
    await chunks.next();
    abort.abort(new Error("enough"));
    await assert.rejects(Array.fromAsync(chunks), /enough/);
    const rest = await gathered(list(daemon.endpoint("wide")));
    assert.equal(rest.length, DIRECTORIES);
    if (Deno.build.os !== "linux") return;
    const open = openBelow(daemon.process.pid, place.path);
    assert.deepEqual(open, [], "directories that the daemon still holds open");
  },
});

/** What a process holds open below a directory. */
function openBelow(pid: number, directory: string): readonly string[] {
  return Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return ""; // closed meanwhile
    }
  }).filter((path) => path.startsWith(`${directory}/`));
}

Deno.test({
  ...needing("twenty clients are answered at once", "remote"),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { daemon } = await wideGround(stack);
    const counts = await Promise.all(Array.from({ length: 20 }, async () => {
      let count = 0;
      for await (const chunk of findChunks(daemon.endpoint("wide"), { kinds: ["file"] })) {
        if (chunk.type === "listing") count += chunk.count;
      }
      return count;
    }));
    assert.deepEqual(counts, Array(20).fill(DIRECTORIES * FILES));
  },
});

Deno.test({
  ...needing(
    "questions have a limit, and one that nobody takes an answer to is given up",
    "remote",
  ),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { daemon } = await wideGround(stack, { sessions: 1, idleMs: 3000 });
    // Nobody takes more than the first chunk, and the rest does not fit into what is under way.
    const idle = findChunks(daemon.endpoint(""));
    await idle.next();
    const { code, message } = await refusal(list(daemon.endpoint("wide")));
    assert.equal(code, "busy");
    assert.match(message, /1 questions already/);
    await daemon.said(/has taken nothing for \d+ s/, 20_000);
    assert.equal((await gathered(list(daemon.endpoint("wide")))).length, DIRECTORIES);
    await refusal(idle);
  },
});

Deno.test({
  ...needing("a daemon that stops ends answers after a while, and says so", "remote"),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { daemon } = await wideGround(stack);
    const chunks = findChunks(daemon.endpoint("wide"));
    await chunks.next();
    const stopped = daemon.stop();
    await daemon.said(/Stopping/);
    // A second signal: at once.
    daemon.signal("SIGTERM");
    const { code } = await refusal(chunks);
    assert.match(code, /^(lost|stopping)$/);
    assert.equal((await stopped).code, 0);
  },
});
