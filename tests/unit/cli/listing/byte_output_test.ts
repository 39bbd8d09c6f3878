import assert from "node:assert/strict";
import { ByteOutput } from "../../../../cli/output/byte_output.ts";
import { Console } from "../../../../cli/output/console.ts";
import { Recorder } from "../recorder.ts";

const encoder = new TextEncoder();

function open(): { results: Recorder; people: Recorder; console: Console; out: ByteOutput } {
  const [results, people] = [new Recorder(false), new Recorder(false)];
  const console = new Console(results, people);
  return { results, people, console, out: new ByteOutput(console) };
}

Deno.test("the first results are written at once, others gathered", () => {
  const { results, out } = open();
  out.text("first\n");
  out.settle();
  assert.equal(results.text, "first\n");
  for (let index = 0; index < 100; index++) {
    out.add(encoder.encode("more\n"));
    out.settle();
  }
  assert.equal(results.writes, 1);
  out.flush();
  assert.deepEqual([results.writes, results.text.length], [2, 506]);
});

Deno.test("results that are held are written soon though nothing follows", async () => {
  const { results, out } = open();
  out.waits = true;
  out.text("first\n");
  out.settle();
  out.text("second\n");
  out.settle();
  assert.equal(results.text, "first\n");
  while (results.writes < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(results.text, "first\nsecond\n");
});

Deno.test("pieces of any size stay in order", () => {
  const { results, out } = open();
  const large = "x".repeat(300_000);
  out.text("a");
  out.add(encoder.encode(large));
  out.byte(98);
  out.text("ü".repeat(50_000));
  out.paths(encoder.encode("one\0two\0"), 8, new Uint32Array([3, 3]), 2, 10);
  out.paths(encoder.encode("x\0"), 2, new Uint32Array([1]), 1, 0);
  out.flush();
  assert.equal(results.text, `a${large}b${"ü".repeat(50_000)}one\ntwo\nx\0`);
});

Deno.test("a reader that goes away is known after the next write", () => {
  const { results, people, out } = open();
  results.failure = new Deno.errors.BrokenPipe("gone");
  out.text("lost");
  assert.ok(!out.lost);
  out.flush();
  assert.ok(out.lost);
  assert.equal(people.text, "");
});

Deno.test("sentences for people come after the results before them", () => {
  const order: string[] = [];
  const sink = (name: string) => ({
    writeSync: (bytes: Uint8Array) => order.push(name) && bytes.length,
    isTerminal: () => false,
  });
  const console = new Console(sink("result"), sink("people"));
  console.print("text");
  console.write(encoder.encode("bytes"));
  console.tell("sentence");
  assert.deepEqual(order, ["result", "result", "people"]);
});

Deno.test("a reader of a server's results that takes its time holds up nothing else", async () => {
  const taken: string[] = [];
  const full = Promise.withResolvers<void>();
  const pager = {
    isTerminal: () => false,
    writeSync: (bytes: Uint8Array): number => bytes.length,
    write: async (bytes: Uint8Array): Promise<number> => {
      if (taken.length > 0) await full.promise;
      const part = bytes.subarray(0, 100_000);
      taken.push(new TextDecoder().decode(part));
      return part.length;
    },
  };
  const out = new ByteOutput(new Console(pager, new Recorder(false)));
  out.waits = true;
  out.text("first\n");
  await out.settle();
  const large = "x".repeat(150_000) + "y".repeat(150_000);
  out.text(large);
  const settled = out.settle();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(taken, ["first\n"]);
  full.resolve();
  await settled;
  assert.equal(taken.join(""), `first\n${large}`);
});
