import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { LargeFileCopy, Partial, sourceState } from "../../core/deliver/mod.ts";
import {
  decodeJournal,
  encodeJournal,
  type Journal,
  JOURNAL_BYTES,
  journalOffset,
} from "../../core/deliver/journal.ts";
import { nameOf, StatTable } from "../../core/entry/mod.ts";
import { MoverContext } from "../../core/movers/context.ts";
import { Control } from "../../core/movers/control.ts";
import type { Job } from "../../core/movers/job.ts";
import { task, TaskKind } from "../../core/movers/task.ts";
import { partialName } from "../../core/movers/temporary.ts";
import { newMemory } from "../../core/pool/memory.ts";
import { closePlace, openPlace } from "../../core/scan/mod.ts";
import { openSys, type Sys } from "../../core/sys/mod.ts";
import { bigFile, makePlace } from "../support/mod.ts";
import { plainJob } from "../support/plain_job.ts";

const MIB = 1 << 20;
const SIZE = 24 * MIB + 777;
const BOOT = "01234567-89ab-cdef-0123-456789abcdef";
const BIG = nameOf("big");
const ignore = Deno.build.os !== "linux";
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Works on `path/source` and `path/destination` as a mover does. */
function withContext<Given>(
  sys: Sys,
  path: string,
  boot: string,
  work: (context: MoverContext) => Given,
): Given {
  const ends = { root: `${path}/source`, destination: `${path}/destination` };
  const job: Job = { ...plainJob(ends, "always"), resume: { boot } };
  const context = new MoverContext(sys, job, newMemory(), 0, undefined, () => {});
  try {
    return work(context);
  } finally {
    context.release();
  }
}

/** Copies the file; with `stop`, only its first step. */
function copyBig(sys: Sys, path: string, boot: string, stop = false): void {
  withContext(sys, path, boot, (context) => {
    const place = openPlace(context, task(TaskKind.Batch, 0, nameOf("")));
    assert.ok(place !== undefined);
    const copy = LargeFileCopy.begin(context, place, BIG, BIG, true);
    assert.ok(copy instanceof LargeFileCopy);
    let step = copy.step();
    if (stop) Atomics.store(context.memory.control, Control.Abort, 1);
    while (step.state === "more") step = copy.step();
    if (!stop) assert.equal(step.fault, undefined);
    closePlace(context, place);
  });
}

/** How much of what is left is known to be the source's without reading. */
function provenOf(sys: Sys, path: string, boot: string): number {
  return withContext(sys, path, boot, (context) => {
    const [source, destination] = context.roots(0);
    const stat = new StatTable(1);
    const file = sys.openRead(source, BIG);
    sys.statHandle(file, stat, 0);
    const partial = Partial.open(context, destination, BIG, {
      size: stat.size[0]!,
      mtimeSeconds: stat.mtimeSeconds[0]!,
      mtimeNanoseconds: stat.mtimeNanoseconds[0]!,
      blocks: stat.blocks[0]!,
      state: sourceState(context, file, stat, 0),
    });
    sys.close(file);
    assert.ok(partial !== undefined);
    partial.leave();
    return partial.proven;
  });
}

const numbers = fc.oneof(
  fc.nat(SIZE),
  fc.nat(),
  fc.constantFrom(0, 1, SIZE, SIZE + 1, 2 ** 53, -1, NaN, Infinity, 0.5),
);
const names = [
  "proven",
  "size",
  "mtimeSeconds",
  "mtimeNanoseconds",
  "inodeLow",
  "inodeHigh",
  "writtenSeconds",
  "writtenNanoseconds",
] as const satisfies readonly (keyof Journal)[];
/** What somebody may do to what is left. */
const deeds = fc.oneof(
  fc.record({ do: fc.constant("field" as const), name: fc.constantFrom(...names), to: numbers }),
  fc.record({ do: fc.constant("state" as const), at: fc.nat(23) }),
  fc.record({ do: fc.constant("boot" as const), to: fc.string({ maxLength: 36 }) }),
  fc.record({ do: fc.constant("content" as const), at: fc.nat(SIZE - 1) }),
  fc.record({ do: fc.constant("byte" as const), at: fc.nat(JOURNAL_BYTES - 1) }),
  fc.record({ do: fc.constant("cut" as const), to: fc.nat(SIZE + 5000) }),
  fc.record({ do: fc.constant("append" as const), bytes: fc.uint8Array({ maxLength: 600 }) }),
  fc.record({
    do: fc.constant("other journal" as const),
    bytes: fc.uint8Array({ maxLength: 256 }),
  }),
);
type Deed = typeof deeds extends fc.Arbitrary<infer One> ? One : never;

function perform(path: string, deed: Deed): void {
  using file = Deno.openSync(path, { read: true, write: true });
  const { size } = file.statSync();
  const write = (at: number, bytes: Uint8Array): void => {
    file.seekSync(Math.max(at, 0), Deno.SeekMode.Start);
    file.writeSync(bytes);
  };
  const bytes = new Uint8Array(JOURNAL_BYTES);
  const at = size - JOURNAL_BYTES;
  if (at >= 0) {
    file.seekSync(at, Deno.SeekMode.Start);
    file.readSync(bytes);
  }
  const journal = decodeJournal(bytes);
  if (deed.do === "content") write(deed.at, Uint8Array.of(1 + Math.floor(Math.random() * 255)));
  else if (deed.do === "cut") file.truncateSync(deed.to);
  else if (deed.do === "append") write(size, deed.bytes);
  else if (deed.do === "other journal") write(at, deed.bytes);
  else if (deed.do === "byte") {
    bytes[deed.at]! ^= 1 << (deed.at % 8);
    write(at, bytes);
  } else if (journal !== undefined) {
    if (deed.do === "field") write(at, encodeJournal({ ...journal, [deed.name]: deed.to }));
    else if (deed.do === "boot") write(at, encodeJournal({ ...journal, boot: deed.to }));
    else {
      const state = journal.state.slice();
      state[deed.at]! ^= 255;
      write(at, encodeJournal({ ...journal, state }));
    }
  }
}

Deno.test({
  name: "whatever is done to what is left of a file, going on gives the source",
  ignore,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    const { sys } = await openSys();
    for (const name of ["source", "destination"]) await Deno.mkdir(`${path}/${name}`);
    await bigFile(`${path}/source/big`, SIZE);
    await pause(2200);
    const wanted = await Deno.readFile(`${path}/source/big`);
    const left = `${path}/destination/${
      new TextDecoder().decode(partialName(BIG)).replaceAll("\0", "")
    }`;
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { minLength: 1, maxLength: 3 }), async (done) => {
        copyBig(sys, path, BOOT, true);
        // Two changes within one tick of the kernel's clock (10 ms at most) cannot be told apart.
        await pause(15);
        for (const deed of done) perform(left, deed);
        copyBig(sys, path, BOOT);
        const got = await Deno.readFile(`${path}/destination/big`);
        assert.ok(got.length === wanted.length && Buffer.compare(got, wanted) === 0);
      }),
      { numRuns: 80 },
    );
    sys.end();
  },
});

Deno.test({
  name: "a journal from before the clock was turned back, or forth, proves nothing",
  ignore,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    const { sys } = await openSys();
    for (const name of ["source", "destination"]) await Deno.mkdir(`${path}/${name}`);
    await bigFile(`${path}/source/big`, SIZE);
    await pause(2200);
    const wanted = await Deno.readFile(`${path}/source/big`);
    const left = `${path}/destination/${
      new TextDecoder().decode(partialName(BIG)).replaceAll("\0", "")
    }`;
    const now = Math.floor(Date.now() / 1000);
    for (const to of [now + 3600, now + 5, now - 5, now - 3600]) {
      copyBig(sys, path, BOOT, true);
      perform(left, { do: "content", at: 1_000_000 });
      perform(left, { do: "field", name: "writtenSeconds", to });
      assert.equal(provenOf(sys, path, BOOT), 0, String(to));
      copyBig(sys, path, BOOT);
      const got = await Deno.readFile(`${path}/destination/big`);
      assert.ok(Buffer.compare(got, wanted) === 0, String(to));
    }
    sys.end();
  },
});

Deno.test({
  name: "a journal is believed if nothing has changed, and not in another start of the machine",
  ignore,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    const { sys } = await openSys();
    for (const name of ["source", "destination"]) await Deno.mkdir(`${path}/${name}`);
    const file = `${path}/source/big`;
    await bigFile(file, SIZE);
    // What has just been changed may change once more and look the same.
    copyBig(sys, path, BOOT, true);
    assert.equal(provenOf(sys, path, BOOT), 0);
    await pause(2200);
    await Deno.remove(`${path}/destination`, { recursive: true });
    await Deno.mkdir(`${path}/destination`);
    copyBig(sys, path, BOOT, true);
    assert.equal(provenOf(sys, path, BOOT), 16 * MIB);
    assert.equal(provenOf(sys, path, BOOT), 16 * MIB);
    assert.equal(provenOf(sys, path, BOOT.replace("0", "f")), 0);
    assert.equal(provenOf(sys, path, ""), 0);
    await Deno.remove(`${path}/destination`, { recursive: true });
    await Deno.mkdir(`${path}/destination`);
    copyBig(sys, path, BOOT, true);
    // Its content may be another for all that is known.
    await Deno.chmod(file, 0o600);
    assert.equal(provenOf(sys, path, BOOT), 0);
    sys.end();
  },
});

Deno.test("a journal comes out of its bytes as it went in, and other bytes are none", () => {
  const journal: Journal = {
    proven: 5,
    size: 70_000,
    mtimeSeconds: -3,
    mtimeNanoseconds: 999_999_999,
    state: Uint8Array.from({ length: 24 }, (_, at) => at),
    inodeLow: 2 ** 32 - 1,
    inodeHigh: 1,
    writtenSeconds: 1.8e9,
    writtenNanoseconds: 7,
    isFinal: true,
    boot: BOOT,
  };
  assert.equal(journalOffset(70_000), 73_728);
  const bytes = encodeJournal(journal);
  assert.deepEqual(decodeJournal(bytes), journal);
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at]! ^= 0x40;
    assert.equal(decodeJournal(changed), undefined, `byte ${at}`);
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (some) => {
    assert.equal(decodeJournal(some as Uint8Array<ArrayBuffer>), undefined);
  }));
  for (const size of [-1, 4, 2 ** 53, NaN]) {
    assert.equal(decodeJournal(encodeJournal({ ...journal, size })), undefined);
  }
});
