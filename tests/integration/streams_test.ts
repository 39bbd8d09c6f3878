import assert from "node:assert/strict";
import {
  assertCode,
  DAEMON_HOST,
  makePlace,
  needing,
  plant,
  runBlit,
  startDaemon,
  summaryOf,
} from "../support/mod.ts";

/** How many data streams a push and a pull take where nobody says how many. */
async function streamsTo(bind: string): Promise<unknown[]> {
  await using place = await makePlace();
  const { path } = place;
  await plant(`${path}/source`, { a: "x", "b/c": "y" });
  await using daemon = await startDaemon({ root: path, bind });
  const streams: unknown[] = [];
  const push = ["source/", daemon.endpoint("pushed")];
  const pull = [daemon.endpoint("source/"), "pulled"];
  for (const ends of [push, pull]) {
    const output = await runBlit(["copy", "--json", ...ends], { cwd: path });
    assertCode(output, 0);
    streams.push(summaryOf(output).streams);
  }
  return streams;
}

Deno.test(needing("two ends on one machine share its processors", "remote"), async () => {
  const streams = navigator.hardwareConcurrency < 4 ? 1 : 2;
  assert.deepEqual(await streamsTo("127.0.0.1"), [streams, streams]);
});

const APART = needing("ends on two machines have two streams", "remote");
Deno.test({
  ...APART,
  // An address that a client has not itself is another machine's, as far as it knows.
  ignore: APART.ignore || DAEMON_HOST === "127.0.0.1",
  fn: async () => assert.deepEqual(await streamsTo(DAEMON_HOST), [2, 2]),
});
