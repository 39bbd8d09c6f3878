import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  blitCommand,
  type Daemon,
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
      const send: Ground["send"] = async (direction, file, ...options) => {
        await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
        const operands = direction === "push"
          ? [`here/${file}`, daemon.endpoint("there/")]
          : [daemon.endpoint(`here/${file}`), "there/"];
        const words = ["copy", "--json", ...options, ...operands];
        const { program, args, env } = blitCommand(words, {
          env: { XDG_CONFIG_HOME: `${path}/config`, BLIT_DISABLE_LOCAL_TELEMETRY: "0" },
        });
        const output = await runIn(net.client, program, args, { cwd: path, env });
        assertCode(output, 0);
        await run("cmp", [`${path}/here/${file}`, `${path}/there/${file}`]);
        assert.deepEqual(await temporariesIn(`${path}/there`), []);
        const { wire_bytes: wire, bytes_resumed: kept } = summaryOf(output);
        return { wire: Number(wire), kept: Number(kept) };
      };
      await act({ path, net, daemon, send });
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
