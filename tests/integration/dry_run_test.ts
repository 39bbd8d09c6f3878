import assert from "node:assert/strict";
import { copy, mirror, move, type TransferOptions, type TransferSummary } from "../../mod.ts";
import {
  assertCode,
  assertUntouched,
  bash,
  eachBackend,
  fingerprint,
  makePlace,
  oddTree,
  onGround,
  plant,
  symlinkTo,
  useBackend,
  warmUp,
} from "../support/mod.ts";

await warmUp();

/** What differs between two runs of the same work, and between a plan and its execution. */
const PASSING = [
  "elapsedMs",
  "firstPayloadMs",
  "planMs",
  "copyMs",
  "sourceFilesystem",
  "destinationFilesystem",
  "sourceEnd",
  "destinationEnd",
  "movers",
  "dryRun",
  "movers",
  "failures",
];

type Run = (options: TransferOptions) => Promise<TransferSummary>;

/** What a run said it did, entry by entry, and the counts that a plan must have right. */
async function account(run: Run, options: TransferOptions): Promise<unknown> {
  const entries: string[] = [];
  const summary = await run({
    ...options,
    reportEntries: true,
    onEvent(event) {
      if (event.type !== "entry") return;
      const path = Array.from(event.path, (byte) => String.fromCharCode(byte)).join("");
      entries.push(`${event.action} ${event.kind} ${JSON.stringify(path)} ${event.size}`);
    },
  });
  const counts = Object.entries(summary).filter(([name]) => !PASSING.includes(name));
  return { entries: entries.sort(), counts: Object.fromEntries(counts) };
}

/** Plans, checks that nothing was touched, does, and compares the two accounts. */
async function assertExact(root: string, run: Run, options: TransferOptions): Promise<void> {
  const before = await fingerprint(root);
  const planned = await account(run, { ...options, dryRun: true });
  await assertUntouched(root, before);
  const done = await account(run, options);
  assert.deepEqual(planned, done);
  assert.notEqual((done as { entries: string[] }).entries.length, 0);
}

eachBackend("a dry run of a fresh mirror says exactly what the real run does", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await oddTree(`${place.path}/source`, backend.features);
  const archive = backend.archive.length > 0;
  await assertExact(
    place.path,
    (options) => mirror(`${place.path}/source/`, `${place.path}/destination`, options),
    { xattrs: archive, acls: archive, confirm: () => true },
  );
});

eachBackend(
  "a dry run over a different tree says exactly what the real run does",
  async (backend) => {
    using _ = useBackend(backend);
    await using place = await makePlace();
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await oddTree(source, backend.features);
    await oddTree(destination, backend.features);
    await bash(
      `cd "$1"
    mv names extra-names; truncate -s 9 sizes/4096 sizes/1048576; chmod 0600 modes/0755
    rm hard/m; echo parted >hard/m; rm -r empty-directory; echo file >empty-directory
    rm links/up; mkdir links/up; echo extra >links/up/file; touch -h times/link-epoch
    touch -d @5 times; mkdir -p extra/deep/er; echo extra >extra/deep/file`,
      [destination],
    );
    const archive = backend.archive.length > 0;
    const run: Run = (options) => mirror(`${source}/`, destination, options);
    await assertExact(place.path, run, {
      xattrs: archive,
      acls: archive,
      confirm: () => true,
      forceDelete: true,
    });
  },
);

const MIXED = {
  "source/same": "same",
  "source/changed": "new",
  "source/added/file": "added",
  "source/log.log": "log",
  "source/link": symlinkTo("same"),
  "destination/changed": "old!",
  "destination/extra/file": "extra",
  "destination/log.log": "older",
  "destination/link": symlinkTo("changed"),
};

const CASES: Readonly<Record<string, TransferOptions>> = {
  "without a confirmation": {},
  "with --checksum": { compare: "checksum", confirm: () => true },
  "with --ignore-times": { compare: "always", confirm: () => true },
  "with --ignore-existing": { ignoreExisting: true, confirm: () => true },
  "with a backup directory": { backupDir: "../backup", confirm: () => true },
  "with a filter": {
    filter: { rules: [{ kind: "exclude", pattern: "*.log" }] },
    confirm: () => true,
  },
  "with one mover": { workers: 1, confirm: () => true },
};

for (const [what, options] of Object.entries(CASES)) {
  eachBackend(`a dry run of a mirror ${what} is exact`, async (backend) => {
    using _ = useBackend(backend);
    await using place = await makePlace();
    await plant(place.path, MIXED);
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await assertExact(place.path, (o) => mirror(`${source}/`, destination, o), options);
  });
}

eachBackend("a dry run of a copy is exact", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, MIXED);
  await bash(`cd "$1/source"; ln same linked; ln added/file added/linked`, [place.path]);
  const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
  await assertExact(place.path, (o) => copy([source, `${source}/same`], destination, o), {});
});

eachBackend("a dry run of a move is exact, on one file system and between two", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await using other = await makePlace("disk");
  await plant(place.path, MIXED);
  const source = `${place.path}/source`;
  await assertExact(place.path, (o) => move(source, `${place.path}/destination`, o), {
    confirm: () => true,
  });
  await plant(place.path, { "source/a": "a", "source/sub/b": "b" });
  await assertExact(place.path, (o) => move(source, `${other.path}/`, o), { confirm: () => true });
});

onGround("blit -n prints the lines that the real run prints, and touches nothing", async (g) => {
  await plant(g.path, MIXED);
  const lines = async (...args: string[]): Promise<string[]> => {
    const output = await g.blit("mirror", "-y", "--json", "-v", ...args, "source/", "destination");
    assertCode(output, 0);
    return output.stdout.trim().split("\n").map((line) => JSON.parse(line))
      .filter((event) => event.type === "entry").map((event) => JSON.stringify(event)).sort();
  };
  const before = await fingerprint(g.path);
  const planned = await lines("-n");
  await assertUntouched(g.path, before);
  assert.ok(planned.length >= 6, `only ${planned.length} entries`);
  assert.deepEqual(await lines(), planned);
  await g.compare();
});

onGround("a dry run makes no destination and no backup directory", async (g) => {
  await plant(g.source, { "a": "a" });
  const before = await fingerprint(g.path);
  assertCode(await g.blit("copy", "-n", "--backup-dir", "backup", "source/", "destination/"), 0);
  assertCode(await g.blit("mirror", "-n", "source/", "far/destination"), 0, 1);
  await assertUntouched(g.path, before);
});
