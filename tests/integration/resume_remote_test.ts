import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  DIRECTIONS,
  onRemote,
  type RemoteGround,
  run,
  summaryOf,
  temporariesIn,
  TRANSPORTS,
} from "../support/mod.ts";
import {
  bytesIn,
  leftOf,
  type ShortLink,
  shortLink,
  startCopy,
  untilWritten,
} from "./resume_ground.ts";

const MIB = 1 << 20;
const SIZE = 64 * MIB + 4321;
/** A quarter of it is more than may be on its way. */
const LARGE = 96 * MIB + 4321;

/** How a run is cut off. */
type Cut = "kill" | "dead link";

/** The operands of a copy whose remote end (of two, the second) is reached over a link. */
function over(g: RemoteGround, { host }: ShortLink): readonly [string, string] {
  const near = (endpoint: string): string =>
    endpoint.replace(`${g.daemon.host}:${g.daemon.port}/`, `${host}:${g.daemon.port}/`);
  return g.direction === "pull" ? [near(g.from()), g.to()] : [g.from(), near(g.to())];
}

/** Begins a copy with --resume over a link that carries so many bytes, and cuts it off. */
async function cutOff(g: RemoteGround, bytes: number, how: Cut = "kill"): Promise<string> {
  const toward = g.direction === "pull" ? "client" : "daemon";
  await using link = shortLink(g.daemon, toward, bytes);
  await using copy = startCopy(g.path, ["copy", "--resume", ...g.carry, ...over(g, link)]);
  await Promise.race([
    link.worn,
    copy.ended().then(() => {
      throw new Error(`ended early: ${copy.stderr()}`);
    }),
  ]);
  // What has passed is on its way to the file, but for what waits in between.
  await untilWritten(g.destination, bytes - 8 * MIB, copy);
  if (how === "kill") copy.signal("SIGKILL");
  await link[Symbol.asyncDispose]();
  await copy.ended();
  return await leftOf(g.destination);
}

/** Goes on; gives what the run tells of itself, which is what has passed. */
async function goOn(g: RemoteGround): Promise<{ wire: number; resumed: number }> {
  await using link = shortLink(g.daemon, "client", Infinity);
  const output = await g.blit("copy", "--resume", "--json", ...over(g, link));
  assertCode(output, 0);
  const { wire_bytes: wire, bytes_resumed: resumed } = summaryOf(output);
  // What it says of the wire is true, but for headers and the questions before the transfer.
  assert.ok(link.passed <= 1.02 * Number(wire) + MIB, `${link.passed} bytes passed, not ${wire}`);
  assert.deepEqual(await temporariesIn(g.destination), []);
  await g.compare();
  return { wire: Number(wire), resumed: Number(resumed) };
}

/**
 * What may be on its way when a run is cut off: records that the file does not have yet, and what
 * the journal, which is written every 8 MiB, does not prove yet.
 */
const SLACK = 16 * MIB;

onRemote("cut off at 90 %, a large file costs 12 % more, and what was on its way", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bigFile(`${g.source}/big`, SIZE);
  await cutOff(g, 0.9 * SIZE);
  const { wire, resumed } = await goOn(g);
  assert.ok(wire <= 0.12 * SIZE + SLACK, `${wire} bytes of ${SIZE}`);
  assert.ok(resumed >= 0.88 * SIZE - SLACK, `${resumed} bytes kept of ${SIZE}`);
}, { directions: DIRECTIONS, transports: TRANSPORTS });

onRemote("a link that dies leaves what is there, whoever it is that finds out", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bigFile(`${g.source}/big`, LARGE);
  // Old enough for its change time to say something.
  await new Promise((resolve) => setTimeout(resolve, 2200));
  await cutOff(g, 0.5 * LARGE, "dead link");
  await cutOff(g, 0.3 * LARGE, "dead link");
  const { wire } = await goOn(g);
  assert.ok(wire <= 0.25 * LARGE + SLACK, `${wire} bytes of ${LARGE}`);
}, { transports: TRANSPORTS });

onRemote("a source that has changed since is sent as it is now", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  const file = `${g.source}/big`;
  await bigFile(file, SIZE);
  await cutOff(g, 0.6 * SIZE);
  // One byte, and the time turned back.
  await bash(
    `touch -r "$1" "$1.time"; printf x | dd of="$1" bs=1 seek=20000000 conv=notrunc status=none
    touch -r "$1.time" "$1"; rm "$1.time"`,
    [file],
  );
  await goOn(g);
  await Deno.remove(`${g.destination}/big`);
  await cutOff(g, 0.6 * SIZE);
  await bash(`printf y | dd of="$1" bs=1 seek=30000000 conv=notrunc status=none`, [file]);
  const once = await goOn(g);
  assert.ok(once.wire <= 0.45 * SIZE + SLACK, `${once.wire} bytes`);
  await Deno.remove(`${g.destination}/big`);
  // Now shorter than what is left.
  assert.ok(await bytesIn(await cutOff(g, 0.6 * SIZE)) > 21_000_000);
  await bash(`truncate -s 20000000 "$1"; printf more >> "$1"`, [file]);
  await goOn(g);
});

onRemote("what somebody has changed in what is there is sent again", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bigFile(`${g.source}/big`, SIZE);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  const partial = await cutOff(g, 0.7 * SIZE);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await bash(
    `touch -r "$1" "$1.time"; printf x | dd of="$1" bs=1 seek=30000000 conv=notrunc status=none
    touch -r "$1.time" "$1"; rm "$1.time"`,
    [partial],
  );
  const { wire } = await goOn(g);
  assert.ok(wire <= 0.35 * SIZE + SLACK, `${wire} bytes`);
});

onRemote("of a large file that has changed, only what differs is sent", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  const file = `${g.source}/big`;
  await bigFile(file, SIZE);
  assertCode(await g.blit("copy", g.from(), g.to()), 0);
  await bash(
    `for at in 0 30000000 30000001 60000000; do
      printf x | dd of="$1" bs=1 seek=$at conv=notrunc status=none
    done; printf more >> "$1"; touch -d @2000000000 "$1"`,
    [file],
  );
  const { wire, resumed } = await goOn(g);
  assert.ok(wire <= 6 * MIB, `${wire} bytes`);
  assert.ok(resumed >= SIZE - 5 * MIB, `${resumed} bytes kept`);
  // Shorter, and shifted by a byte: nothing is where it was.
  await bash(
    `dd if="$1" of="$1.new" bs=1M iflag=skip_bytes,count_bytes skip=1 count=45000000 status=none
    mv "$1.new" "$1"`,
    [file],
  );
  await goOn(g);
}, { directions: DIRECTIONS, transports: TRANSPORTS });

onRemote("holes come where the source has them, whatever was there", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  const file = `${g.source}/big`;
  await bigFile(file, SIZE);
  await cutOff(g, 0.6 * SIZE);
  // Zeros, as holes, in what has been sent and in what has not.
  await bash(
    `for at in 10 33 52; do fallocate -p -o $((at * 1048576 + 5000)) -l 9000000 "$1"; done`,
    [
      file,
    ],
  );
  await goOn(g);
  // And the other way round: content where the old file has holes.
  await bigFile(`${g.source}/other`, 30 * MIB, 7);
  await bash(`truncate -s 20M "$1"; truncate -s 50M "$1"`, [file]);
  await goOn(g);
});

onRemote("a run without --resume leaves nothing behind", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await bigFile(`${g.source}/big`, SIZE);
  await cutOff(g, 0.5 * SIZE);
  assertCode(await g.blit("copy", g.from(), g.to()), 0);
  await g.compare();
  assert.deepEqual(await temporariesIn(g.destination), []);
  // The same for a file that is named by itself, whose directory nobody lists.
  await Deno.remove(`${g.destination}/big`);
  await cutOff(g, 0.5 * SIZE);
  assertCode(await g.blit("copy", g.from("source/big"), g.to()), 0);
  await run("cmp", [`${g.source}/big`, `${g.destination}/big`]);
  assert.deepEqual(await temporariesIn(g.destination), []);
});
