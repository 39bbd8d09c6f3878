import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bash,
  command,
  type CommandOutput,
  onRemote,
  run,
  summaryOf,
  unmet,
} from "../support/mod.ts";
import { assertCode, temporariesIn, TRANSPORTS } from "../support/mod.ts";
import { expectSlowLink, historyIn } from "../integration/delta_ground.ts";

const MIB = 1 << 20;
/** In one test; with BLIT_SOAK=1 it takes minutes. */
const RUNS = unmet(["soak"]) ? 5 : 40;

/** What is done to a file, and where: shares of its size. */
interface Edit {
  readonly what: "overwrite" | "insert" | "cut" | "grow" | "shrink" | "hole" | "replace" | "touch";
  readonly at: number;
  readonly bytes: number;
}

/** How it is done, by programs that know nothing of blit. */
const COMMANDS: Readonly<Record<Edit["what"], string>> = {
  overwrite:
    `head -c $bytes /dev/urandom | dd of="$f" bs=64k seek=$at oflag=seek_bytes conv=notrunc`,
  insert: `{ head -c $at "$f"; head -c $bytes /dev/urandom; tail -c +$((at + 1)) "$f"; } > "$f.n"
    mv "$f.n" "$f"`,
  cut: `{ head -c $at "$f"; tail -c +$((at + bytes + 1)) "$f"; } > "$f.n"; mv "$f.n" "$f"`,
  grow: `head -c $bytes /dev/urandom >> "$f"`,
  shrink: `truncate -s $at "$f"`,
  hole: `fallocate -p -o $at -l $bytes "$f"`,
  replace: `head -c $size /dev/urandom > "$f.n"; mv "$f.n" "$f"`,
  touch: `chmod 640 "$f"`,
};

const edits: fc.Arbitrary<Edit> = fc.record({
  what: fc.oneof(
    fc.constant<Edit["what"]>("overwrite"),
    fc.constantFrom(...Object.keys(COMMANDS) as Edit["what"][]),
  ),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  bytes: fc.oneof(
    fc.integer({ min: 1, max: 5000 }),
    fc.integer({ min: 1, max: 3 * MIB }),
    fc.constant(MIB),
  ),
});

const cases = fc.record({
  size: fc.integer({ min: 8 * MIB, max: 20 * MIB }),
  edits: fc.array(edits, { maxLength: 4 }),
  options: fc.subarray(["--durable", "--backup-dir=old", "-c", "-X", "--resume"]),
  /** The source has a second name. */
  isLinked: fc.boolean(),
  /** The destination's old file is edited too. */
  theirs: fc.array(edits, { maxLength: 1 }),
});

/** The usual: a few bytes in the middle. */
const PLAIN = {
  size: 16 * MIB + 5,
  edits: [{ what: "overwrite", at: 0.5, bytes: 10 } as const],
  options: [],
  isLinked: false,
  theirs: [],
};

async function edit(file: string, { what, at, bytes }: Edit): Promise<void> {
  const { size } = await Deno.stat(file);
  const script = `set -e; f=$1; at=$2; bytes=$3; size=$4; { ${COMMANDS[what]}; } 2>/dev/null`;
  await bash(script, [file, ...[Math.floor(at * size), bytes, size].map(String)]);
}

onRemote("whatever was edited, what arrives is the source", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  const [here, there] = [`${g.source}/big`, `${g.destination}/big`];
  let [kept, wire, sizes, time] = [0, 0, 0, 2_000_000_000];
  await expectSlowLink(g.path, g.daemon);
  await Deno.copyFile(`${g.path}/config/blit/predictions.json`, `${g.path}/slow`);
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, edits, options, isLinked, theirs }) => {
      for (const directory of [g.source, g.destination]) {
        await bash(`rm -rf "$1"; mkdir "$1"`, [directory]);
      }
      await bash(`head -c $2 /dev/urandom > "$1"; cp "$1" "$3"`, [here, String(size), there]);
      for (const one of edits) await edit(here, one);
      for (const one of theirs) await edit(there, one);
      if (isLinked) await Deno.link(here, `${g.source}/again`);
      await bash(`cp "$1" "$2.before"; touch -d @$3 "$4"`, [
        there,
        `${g.path}/old`,
        String(time++),
        here,
      ]);
      // What the last run has learnt is not what this one shall believe.
      await Deno.copyFile(`${g.path}/slow`, `${g.path}/config/blit/predictions.json`);
      await new Promise((resolve) => setTimeout(resolve, 60));
      const env = historyIn(g.path);
      const output: CommandOutput = await g.blitWith(
        { env },
        "copy",
        "-a",
        "--json",
        ...options,
        g.from(),
        g.to(),
      );
      assertCode(output, 0);
      await run("cmp", [here, there]);
      if (isLinked) await run("cmp", [here, `${g.destination}/again`]);
      // With -c, what is the same is left alone.
      const isSame = await command("cmp", [`${g.path}/old.before`, here]);
      if (options.includes("--backup-dir=old") && isSame.code !== 0) {
        await run("cmp", [`${g.path}/old.before`, `${g.destination}/old/big`]);
      }
      assert.deepEqual(await temporariesIn(g.destination), []);
      const summary = summaryOf(output);
      kept += Number(summary.bytes_resumed);
      wire += Number(summary.wire_bytes);
      sizes += (await Deno.stat(here)).size;
    }),
    { numRuns: RUNS, endOnFailure: true, examples: [[PLAIN]] },
  );
  console.log(`    ${RUNS} files of ${sizes} bytes: ${wire} on the wire, ${kept} kept`);
  assert.ok(kept >= 15 * MIB, `${kept} bytes were kept`);
}, { transports: TRANSPORTS });
