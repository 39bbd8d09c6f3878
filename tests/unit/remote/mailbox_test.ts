import assert from "node:assert/strict";
import { openWaker } from "../../../core/remote/data/mod.ts";
import { LetterBox } from "../../../core/remote/mover/letter_box.ts";
import { Mailbox } from "../../../core/remote/mover/mailbox.ts";

const LONG = 300_000;

interface Pair<Message> {
  readonly box: LetterBox<Message>;
  readonly mailbox: Mailbox<string, Message>;
  readonly posted: (readonly string[])[];
  /** What changes with each wake of the mover. */
  wakes(): number;
  hearAll(): Message[];
}

function pair<Message>(): Pair<Message> {
  const waker = openWaker();
  const box = new LetterBox<Message>(waker);
  const posted: (readonly string[])[] = [];
  const mailbox = new Mailbox<string, Message>(box.memory, (packet) => posted.push(packet));
  const hearAll = (): Message[] => {
    const heard: Message[] = [];
    for (let one = mailbox.hear(); one !== undefined; one = mailbox.hear()) heard.push(one);
    return heard;
  };
  return { box, mailbox, posted, wakes: () => waker.memory[0] ?? 0, hearAll };
}

Deno.test("a mailbox gives what was said, all and in order", async () => {
  const { box, mailbox, hearAll, wakes } = pair<{ readonly number: number }>();
  assert.equal(mailbox.hear(), undefined);
  box.say({ number: 1 });
  box.say({ number: 2 });
  assert.equal(wakes(), 0);
  await Promise.resolve();
  assert.equal(wakes(), 1, "a mover is woken once for what is said in one turn");
  assert.deepEqual(hearAll(), [{ number: 1 }, { number: 2 }]);
  box.say({ number: 3 });
  assert.deepEqual(hearAll(), [{ number: 3 }]);
  assert.deepEqual(hearAll(), []);
});

Deno.test("a mailbox takes letters that are longer than its ring, and what is said meanwhile", async () => {
  const { box, hearAll, wakes } = pair<Uint8Array<ArrayBuffer>>();
  const letters = Array.from({ length: 8 }, (_, index) => new Uint8Array(LONG + index).fill(index));
  for (const letter of letters) box.say(letter);
  const heard = hearAll();
  while (heard.length < letters.length) {
    const before = wakes();
    heard.push(...hearAll());
    // The rest follows when the box has heard that there is room.
    while (heard.length < letters.length && wakes() === before) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  assert.deepEqual(heard, letters);
  box.say(Uint8Array.of(1));
  assert.deepEqual(hearAll(), [Uint8Array.of(1)]);
});

Deno.test("a letter box whose mover has left sends nothing more", async () => {
  const { box, hearAll, wakes } = pair<Uint8Array<ArrayBuffer>>();
  box.say(new Uint8Array(LONG));
  box.close();
  const before = wakes();
  hearAll();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(wakes(), before);
  assert.deepEqual(hearAll(), []);
});

Deno.test("what a mover says goes in packets, and at once before it blocks", () => {
  const { mailbox, posted } = pair<never>();
  mailbox.say("first");
  assert.deepEqual(posted, [["first"]], "after a silence nothing waits");
  mailbox.say("second");
  mailbox.say("third");
  mailbox.post();
  assert.deepEqual(posted.flat(), ["first", "second", "third"]);
  mailbox.post();
  assert.ok(posted.every(({ length }) => length > 0));
});
