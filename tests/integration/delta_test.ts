import assert from "node:assert/strict";
import { expectSlowLink, historyIn } from "./delta_ground.ts";
import {
  assertCode,
  type Background,
  bash,
  bigFile,
  blitCommand,
  type CommandOutput,
  type Daemon,
  inBackground,
  type JoinedNamespaces,
  joinNamespaces,
  type Link,
  makePlace,
  noNamespaces,
  run,
  runIn,
  startDaemon,
  summaryOf,
  temporariesIn,
  unmet,
} from "../support/mod.ts";

const MIB = 1 << 20;
const SIZE = 96 * MIB + 4321;
/** Nothing is older than this when it is compared: a later change shows. */
const SETTLED_MS = 60;

const LINK: Link = { roundTripMs: 4, rateMbit: 100 };
const missing = unmet(["remote"]) ?? noNamespaces(LINK);
const suffix = missing === undefined ? "" : ` (needs ${missing})`;

/** Two directories with a slow link between them, and a daemon behind it. */
interface Ground {
  readonly path: string;
  readonly net: JoinedNamespaces;
  readonly daemon: Daemon;
  /** Copies `here/FILE` to `there/FILE` over the link, either way, and sees that it is the same. */
  send(direction: Direction, file: string, ...options: string[]): Promise<Sent>;
  /** The same, however it ends. */
  start(direction: Direction, file: string, ...options: string[]): Promise<CommandOutput>;
}

type Direction = "push" | "pull";

interface Sent {
  readonly wire: number;
  readonly kept: number;
}

function onSlowLink(name: string, act: (ground: Ground) => Promise<void>): void {
  Deno.test({
    name: `${name}${suffix}`,
    ignore: missing !== undefined,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await using net = await joinNamespaces(LINK);
      await using daemon = await startDaemon({ root: path, namespace: net.server });
      for (const end of ["here", "there"]) await Deno.mkdir(`${path}/${end}`);
      const start: Ground["start"] = async (direction, file, ...options) => {
        await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
        const operands = direction === "push"
          ? [`here/${file}`, daemon.endpoint("there/")]
          : [daemon.endpoint(`here/${file}`), "there/"];
        const words = ["copy", "--json", ...options, ...operands];
        const { program, args, env } = blitCommand(words, {
          env: historyIn(path),
        });
        return await runIn(net.client, program, args, { cwd: path, env });
      };
      const send: Ground["send"] = async (...given) => {
        const [, file] = given;
        const output = await start(...given);
        assertCode(output, 0);
        await run("cmp", [`${path}/here/${file}`, `${path}/there/${file}`]);
        assert.deepEqual(await temporariesIn(`${path}/there`), []);
        const { wire_bytes: wire, bytes_resumed: kept } = summaryOf(output);
        return { wire: Number(wire), kept: Number(kept) };
      };
      await act({ path, net, daemon, send, start });
    },
  });
}

/** Modification times of sources, each later than those before. */
let next = 2_000_000_000;

/** Makes both ends the same, and then writes `bytes` over the source at each of the places. */
async function change({ path }: Ground, file: string, places: readonly number[], bytes = 1) {
  await run("cp", ["-p", `${path}/here/${file}`, `${path}/there/${file}`]);
  await bash(
    `file=$1; bytes=$2; time=$3; shift 3
    for at; do
      head -c "$bytes" /dev/urandom | dd of="$file" bs=64k seek=$at oflag=seek_bytes conv=notrunc status=none
    done; touch -d @$time "$file"`,
    [`${path}/here/${file}`, String(bytes), String(next++), ...places.map(String)],
  );
}

for (const direction of ["push", "pull"] as const) {
  onSlowLink(`of a changed file, a ${direction} over a slow link sends what differs`, async (g) => {
    await bigFile(`${g.path}/here/big`, SIZE);
    await change(g, "big", [0, 50_000_000, 90_000_000]);
    // Nothing is known of the link: that it is slow shows while the file is sent as a whole.
    const first = await g.send(direction, "big");
    console.log(`    ${direction}, link unknown: ${first.wire} of ${SIZE} bytes on the wire`);
    assert.ok(first.wire < 0.5 * SIZE, `${first.wire} bytes`);
    assert.ok(first.wire + first.kept >= SIZE, `${first.kept} bytes kept`);
    // A run that sends all teaches what to expect.
    await bigFile(`${g.path}/here/other`, 24 * MIB, 3);
    assert.ok((await g.send(direction, "other")).wire > 24 * MIB);
    await change(g, "big", [0, 50_000_000, 90_000_000]);
    const second = await g.send(direction, "big");
    console.log(`    ${direction}, link known: ${second.wire} of ${SIZE} bytes on the wire`);
    assert.ok(second.wire < 4 * MIB, `${second.wire} bytes`);
    assert.ok(second.kept > SIZE - 4 * MIB, `${second.kept} bytes kept`);
  });
}

/**
 * Edits a file from when it is first read on: a few bytes here and there, and each time turns its
 * times back. It stays with the file that had the name at first.
 */
function editWhenRead(file: string, pauseMs: number): Background {
  const script = `exec 3<>"$1"; touch -r "$1" "$1.time"
    while [ "$(stat -L -c %X /dev/fd/3)" = 0 ]; do sleep 0.01; done
    while sleep $2; do
      at=$(((RANDOM * 32768 + RANDOM) % ${SIZE}))
      printf %s $RANDOM | dd of=/dev/fd/3 bs=1 seek=$at conv=notrunc status=none
      touch -m -r "$1.time" /dev/fd/3
    done`;
  return inBackground("bash", ["-c", script, "bash", file, String(pauseMs / 1000)]);
}

/** Ways, and how long somebody waits between two edits; the long form takes all in both tests. */
const EDITORS = [["push", 0], ["pull", 200], ["push", 20], ["pull", 1000]] as const;

for (const [number, options] of ([[], ["--resume"]] as const).entries()) {
  const editors = unmet(["soak"]) ? EDITORS.slice(2 * number, 2 * number + 2) : EDITORS;
  const name = ["an old file that somebody edits meanwhile never comes through", ...options];
  onSlowLink(name.join(", "), async (g) => {
    const [here, there] = [`${g.path}/here/big`, `${g.path}/there/big`];
    await bigFile(here, SIZE);
    let noticed = 0;
    for (const [direction, pauseMs] of editors) {
      // As much differs as takes the link two seconds.
      await change(g, "big", Array.from({ length: 24 }, (_, at) => 4 * at * MIB));
      await expectSlowLink(g.path, g.daemon);
      await bash(`touch -a -d @0 "$1"`, [there]);
      const { ino } = await Deno.stat(there);
      await using editor = editWhenRead(there, pauseMs);
      const output = await g.start(direction, "big", ...options);
      editor.signal("SIGKILL");
      await editor.ended();
      if (output.code === 0) {
        // It was too late to matter.
        await run("cmp", [here, there]);
      } else {
        noticed++;
        assertCode(output, 2);
        assert.match(output.stdout, /"code":"CHANGED"/);
        assert.equal((await Deno.stat(there)).ino, ino);
        // What may be gone on with has been proven before the edit.
        const left = await temporariesIn(`${g.path}/there`);
        assert.equal(left.length, options.length, left.join());
      }
      await Deno.remove(`${there}.time`);
      // The next run sends it.
      await g.send(direction, "big", ...options);
    }
    console.log(`    an edit was noticed in ${noticed} of ${editors.length} runs`);
    assert.ok(noticed > 0);
  });
}
