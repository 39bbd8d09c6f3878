/** Frames that leave one end for the other. */
import assert from "node:assert/strict";
import type { Frame } from "../../../proto/generated/blit.ts";
import { Outgoing } from "../../../core/remote/end/outgoing.ts";

function phase(name: string): Frame {
  return { body: { $case: "phase", value: { name } } };
}

/** An `Outgoing` whose link takes every frame at once, and what it has taken. */
function start(): { readonly outgoing: Outgoing; readonly sent: Frame[] } {
  const sent: Frame[] = [];
  const send = (frame: Frame): Promise<void> => {
    sent.push(frame);
    return Promise.resolve();
  };
  const fail = (error: Error): void => {
    throw error;
  };
  return { outgoing: new Outgoing({ send, fail }), sent };
}

Deno.test("a frame leaves in whatever moment it comes after another", async () => {
  for (let turns = 0; turns < 30; turns++) {
    const { outgoing, sent } = start();
    outgoing.frame(phase("links"));
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    outgoing.frame(phase("remove-source"));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(sent, [phase("links"), phase("remove-source")], `after ${turns} turns`);
  }
});

Deno.test("what is flushed has been handed to the link", async () => {
  const { outgoing, sent } = start();
  outgoing.batch(Uint8Array.of(1, 2, 3));
  outgoing.frame(phase("links"));
  await outgoing.flushed();
  assert.deepEqual(sent.map(({ body }) => body?.$case), ["batches", "phase"]);
});
