import assert from "node:assert/strict";
import { Mailbox } from "../../../core/remote/mover/mailbox.ts";
import { packetOf } from "../../../core/remote/mover/packet.ts";

Deno.test("a mailbox is looked into when its bell has rung, and gives all in order", () => {
  const { port1, port2 } = new MessageChannel();
  const bell = { signal: 0 };
  const mailbox = new Mailbox<never, number>(port2, bell);
  const post = (...numbers: number[]): void => port1.postMessage(packetOf(numbers));
  const hearAll = (): number[] => {
    const heard: number[] = [];
    for (let one = mailbox.hear(); one !== undefined; one = mailbox.hear()) heard.push(one);
    return heard;
  };
  post(1, 2);
  assert.deepEqual(hearAll(), [1, 2]);
  post(3);
  // It was empty, and nobody has said that it is not.
  assert.deepEqual(hearAll(), []);
  bell.signal++;
  assert.deepEqual(hearAll(), [3]);
  // Rung once for two packets, and once for none.
  post(4);
  post(5, 6);
  bell.signal++;
  assert.deepEqual(hearAll(), [4, 5, 6]);
  bell.signal++;
  assert.deepEqual(hearAll(), []);
  port1.close();
  port2.close();
});
