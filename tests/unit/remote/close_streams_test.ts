import assert from "node:assert/strict";
import type { Handover } from "../../../core/remote/data/mod.ts";
import { closeStreams } from "../../../core/remote/session/client_streams.ts";

/** A stream that ends when it is stopped, or its mover ends it. */
function stream(): { handover: Handover; end: () => void; isStopped: () => boolean } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let isStopped = false;
  const handover = {
    stream: { kind: "socket", descriptor: -1 } as const,
    done: promise,
    stop: (): void => {
      isStopped = true;
      resolve(undefined);
    },
  };
  return { handover, end: () => resolve(undefined), isStopped: () => isStopped };
}

Deno.test("the stream of a mover that never began is not waited for, others are", async () => {
  const [idle, used] = [stream(), stream()];
  const given = [
    { handover: used.handover, mover: { hasBegun: true } },
    { handover: idle.handover, mover: { hasBegun: false } },
  ];
  const closing = closeStreams(given, [], false);
  assert.deepEqual([used.isStopped(), idle.isStopped()], [false, true]);
  used.end();
  await closing;
  assert(used.isStopped());
});
