import assert from "node:assert/strict";
import {
  assertCode,
  assertUntouched,
  bash,
  type CommandOutput,
  DIRECTIONS,
  fingerprint,
  oddTree,
  onRemote,
  OWN_BACKEND,
  plant,
  type RemoteGround,
  symlinkTo,
} from "../support/mod.ts";

/** What differs between two runs of the same work, and between a plan and its execution. */
const PASSING = [
  "elapsed_ms",
  "plan_ms",
  "copy_ms",
  "movers",
  "source_filesystem",
  "destination_filesystem",
  "first_payload_ms",
  "dry_run",
  "wire_bytes",
  "streams",
  "transport",
];

/** What a run said it did: every entry, and the counts of its summary. */
function account({ stdout }: CommandOutput): { entries: string[]; counts: unknown } {
  const entries: string[] = [];
  let counts: unknown;
  for (const line of stdout.trimEnd().split("\n")) {
    const event = JSON.parse(line);
    if (event.type === "entry") {
      const path = event.path_base64 ?? event.path;
      entries.push(`${event.action} ${event.kind} ${JSON.stringify(path)} ${event.size}`);
    }
    if (event.type === "summary") {
      for (const name of PASSING) delete event[name];
      counts = event;
    }
  }
  return { entries: entries.sort(), counts };
}

/** Plans, checks that nothing was touched, does, and compares the two accounts. */
async function assertExact(g: RemoteGround, ...args: readonly string[]): Promise<void> {
  const before = await fingerprint(g.path);
  const planned = await g.blit(...args, "-n", "--json", "-v");
  assertCode(planned, 0);
  await assertUntouched(g.path, before);
  const done = await g.blit(...args, "--json", "-v");
  assertCode(done, 0);
  assert.deepEqual(account(planned), account(done));
  assert.notEqual(account(done).entries.length, 0);
}

const { archive: ARCHIVE, features: ODD } = OWN_BACKEND;

onRemote("a dry run of a fresh mirror says exactly what the real run does", async (g) => {
  await oddTree(g.source, ODD);
  await assertExact(g, "mirror", ...ARCHIVE, "-y", g.from(), g.to());
}, { directions: DIRECTIONS });

onRemote("a dry run over a different tree says exactly what the real run does", async (g) => {
  await oddTree(g.source, ODD);
  await oddTree(g.destination, ODD);
  await bash(
    `cd "$1"
    mv names extra-names; truncate -s 9 sizes/4096 sizes/1048576; chmod 0600 modes/0755
    rm hard/m; echo parted >hard/m; rm -r empty-directory; echo file >empty-directory
    rm links/up; mkdir links/up; echo extra >links/up/file; touch -h times/link-epoch
    touch -d @5 times; mkdir -p extra/deep/er; echo extra >extra/deep/file`,
    [g.destination],
  );
  await assertExact(g, "mirror", ...ARCHIVE, "-y", g.from(), g.to());
}, { directions: DIRECTIONS, transports: ["tcp", "grpc"] });

onRemote("a dry run of a copy with options says exactly what the real run does", async (g) => {
  await plant(g.source, {
    "a.o": "object",
    "a.c": "newer",
    "sub/b.c": "b",
    "sub/link": symlinkTo("b.c"),
    "kept": "changed",
  });
  await plant(g.destination, { "a.c": "older!", "kept": "kept" });
  await assertExact(g, "copy", "--exclude", "*.o", "--backup-dir", "../old", g.from(), g.to());
});

onRemote("a dry run of a move changes neither end", async (g) => {
  await plant(g.source, { "a": "a", "sub/b": "b" });
  await plant(g.destination, { "source/a": "older" });
  const before = await fingerprint(g.path);
  assertCode(await g.blit("move", "-n", "-y", g.from("source"), g.to()), 0);
  await assertUntouched(g.path, before);
}, { directions: DIRECTIONS });
