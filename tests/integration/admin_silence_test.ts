import assert from "node:assert/strict";
import { findChunks } from "../../core/admin/looking.ts";
import { connect } from "../../core/remote/grpc/mod.ts";
import { startServer } from "../../core/remote/grpc/server.ts";
import { needing } from "../support/mod.ts";
import { refusal, wideGround } from "./admin_ground.ts";

// Both take as long as silence does, so they run side by side.
Deno.test({
  ...needing("a daemon that is stopped is missed, one that has nothing to say is not", "remote"),
  fn: async () => {
    await Promise.all([stopped(), silent()]);
  },
});

/** A daemon whose process is stopped while it answers. */
async function stopped(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const { daemon } = await wideGround(stack);
  const chunks = findChunks(daemon.endpoint("wide"));
  assert.equal((await chunks.next()).done, false);
  daemon.signal("SIGSTOP");
  const { code, message } = await refusal(chunks);
  daemon.signal("SIGCONT");
  assert.equal(code, "silent", message);
}

/** A daemon that works for long on an answer without a word in it. */
async function silent(): Promise<void> {
  const version = "0";
  const server = startServer({
    addresses: ["127.0.0.1"],
    port: 0,
    version,
    onSession: () => Promise.resolve(),
    onCarry: () => {},
    onListModules: () => ({ modules: [], defaultExport: false, defaultReadOnly: false, motd: "" }),
    onAsk: () => new Promise((resolve) => setTimeout(resolve, 14_000)),
  });
  const connection = await connect("127.0.0.1", server.port, { version });
  const place = { module: "", path: new Uint8Array() };
  const answer = connection.ask({ $case: "filesystemStats", value: { place } });
  assert.equal(await answer.receive(), undefined);
  connection.close();
  server.close();
}
