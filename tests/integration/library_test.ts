import assert from "node:assert/strict";
import {
  copy,
  mirror,
  move,
  type ProgressEvent,
  TransferError,
  type TransferEvent,
} from "../../mod.ts";
import {
  assertUntouched,
  bash,
  bigFile,
  bigTree,
  compareTrees,
  eachBackend,
  fingerprint,
  makePlace,
  plant,
  readTree,
  setMtime,
  symlinkTo,
  temporariesIn,
  useBackend,
  warmUp,
} from "../support/mod.ts";

await warmUp();

eachBackend("the summary counts what was done", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
  await plant(source, {
    "same": "same",
    "changed": "new content",
    "added": "added",
    "sub/added": "added",
    "link": symlinkTo("same"),
  });
  await Deno.link(`${source}/added`, `${source}/linked`);
  await plant(destination, { "same": "same", "changed": "old", "extra/file": "extra" });
  await setMtime(1000, `${source}/same`, `${destination}/same`);
  const summary = await mirror(`${source}/`, destination, { confirm: () => true });
  assert.equal(summary.verb, "mirror");
  assert.equal(summary.dryRun, false);
  assert.equal(summary.exitCode, 0);
  assert.equal(summary.backend, backend.name);
  assert.equal(summary.filesCreated, 2);
  assert.equal(summary.filesUpdated, 1);
  assert.equal(summary.directoriesCreated, 1);
  assert.equal(summary.symlinksCreated, 1);
  assert.equal(summary.linksCreated, 1);
  assert.equal(summary.entriesDeleted, 2);
  assert.equal(summary.extrasLeft, 0);
  assert.equal(summary.bytesTransferred, "new content".length + 2 * "added".length);
  assert.equal(summary.failureCount, 0);
  assert.deepEqual(summary.failures, []);
  assert.ok(summary.entriesScanned >= 7);
  assert.ok(summary.elapsedMs > 0);
  assert.ok(summary.firstPayloadMs !== undefined && summary.firstPayloadMs <= summary.elapsedMs);
  await compareTrees(source, destination, backend.tolerance);
});

eachBackend("paths may be text, bytes or file URLs, and several", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "a": "a", "b": "b", "c": "c", "d e": "d", "out/": null });
  const summary = await copy(
    [
      `${place.path}/a`,
      new TextEncoder().encode(`${place.path}/b`),
      new URL(`file://${place.path}/c`),
      `file://${place.path}/d%20e`,
    ],
    new URL(`file://${place.path}/out/`),
  );
  assert.equal(summary.exitCode, 0);
  assert.deepEqual(await readTree(`${place.path}/out`), {
    "a": "a",
    "b": "b",
    "c": "c",
    "d e": "d",
  });
});

eachBackend("paths that are not UTF-8 are taken as bytes", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await bash(`cd "$1"; mkdir $'so\\xffrce'; echo content >$'so\\xffrce/a'`, [place.path]);
  const bytes = new TextEncoder().encode(`${place.path}/so?rce/`);
  bytes[bytes.indexOf(0x3f)] = 0xff;
  const summary = await copy(bytes, `${place.path}/out`);
  assert.equal(summary.exitCode, 0);
  assert.deepEqual(await readTree(`${place.path}/out`), { "a": "content\n" });
}, { only: "linux" });

eachBackend(
  "an aborted run throws the signal's reason and leaves no temporary",
  async (backend) => {
    using _ = useBackend(backend);
    await using place = await makePlace();
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await bigTree(source, 30, 100, 2000);
    await bigFile(`${source}/big`, 200_000_000);
    await plant(destination, { "big": "old", "extra": "extra" });
    const reason = new Error("enough");
    const controller = new AbortController();
    const timer = setInterval(() => {
      // As soon as something is there.
      if ([...Deno.readDirSync(destination)].length > 4) controller.abort(reason);
    }, 1);
    try {
      await assert.rejects(
        mirror(`${source}/`, destination, { confirm: () => true, signal: controller.signal }),
        (error) => error === reason,
      );
    } finally {
      clearInterval(timer);
    }
    assert.deepEqual(await temporariesIn(destination), []);
    assert.equal(await Deno.readTextFile(`${destination}/extra`), "extra");
    const big = await Deno.stat(`${destination}/big`);
    assert.ok(big.size === 3 || big.size === 200_000_000, `big has ${big.size} bytes`);
    const summary = await mirror(`${source}/`, destination, { confirm: () => true });
    assert.equal(summary.exitCode, 0);
    await compareTrees(source, destination, backend.tolerance);
  },
);

eachBackend("a signal that is aborted already lets nothing begin", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a" });
  const before = await fingerprint(place.path);
  await assert.rejects(
    copy(`${place.path}/source/`, `${place.path}/destination`, { signal: AbortSignal.abort("no") }),
    (error) => error === "no",
  );
  await assertUntouched(place.path, before);
});

eachBackend("errors have a stable code and an exit code", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "a/b": "b", "file": "file" });
  const missing = await copy(`${place.path}/missing`, `${place.path}/x`).catch((error) => error);
  assert.ok(missing instanceof TransferError, String(missing));
  assert.equal(missing.code, "source-missing");
  assert.equal(missing.exitCode, 1);
  assert.match(missing.message, /missing/);
  for (
    const run of [
      () => mirror(`${place.path}/a/`, `${place.path}/a`),
      () => move(`${place.path}/a`, `${place.path}/a/c`),
      () => copy([], `${place.path}/a`),
    ]
  ) {
    const error = await run().catch((error) => error);
    assert.ok(error instanceof TransferError, String(error));
    assert.match(error.code, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(error.exitCode === 1 || error.exitCode === 64);
  }
});

eachBackend(
  "entry events come for each entry that is changed, with its path as bytes",
  async (backend) => {
    using _ = useBackend(backend);
    await using place = await makePlace();
    await plant(place.path, {
      "source/new": "new",
      "source/sub/new": "new!",
      "source/link": symlinkTo("new"),
      "source/changed": "changed",
      "destination/changed": "old",
      "destination/extra": "extra",
    });
    const events: string[] = [];
    await mirror(`${place.path}/source/`, `${place.path}/destination`, {
      confirm: () => true,
      reportEntries: true,
      onEvent(event) {
        if (event.type !== "entry") return;
        const path = new TextDecoder().decode(event.path);
        if (path !== "" && path !== ".") {
          events.push(`${event.action} ${event.kind} ${path} ${event.size}`);
        }
      },
    });
    assert.deepEqual(
      events.sort(),
      [
        "create directory sub 0",
        "create file new 3",
        "create file sub/new 4",
        "create symlink link 0",
        "delete file extra 0",
        "update file changed 7",
      ].sort(),
    );
  },
);

eachBackend(
  "progress never falls within a phase and ends with all that was done",
  async (backend) => {
    using _ = useBackend(backend);
    await using place = await makePlace();
    await bigTree(`${place.path}/source`, 40, 80, 2000);
    await bigTree(`${place.path}/destination/extra`, 10, 40, 10);
    const events: ProgressEvent[] = [];
    const summary = await mirror(`${place.path}/source/`, `${place.path}/destination`, {
      confirm: () => true,
      progressIntervalMs: 5,
      onEvent(event: TransferEvent) {
        if (event.type === "progress") events.push(event);
      },
    });
    assert.ok(events.length > 0, "no progress was sent");
    for (const [index, event] of events.entries()) {
      assert.ok(event.fraction >= 0 && event.fraction <= 1, `fraction is ${event.fraction}`);
      const before = events[index - 1];
      if (before === undefined) continue;
      assert.ok(event.elapsedMs >= before.elapsedMs);
      assert.ok(event.bytesTransferred >= before.bytesTransferred);
      assert.ok(event.entriesScanned >= before.entriesScanned);
      if (event.phase === before.phase) assert.ok(event.fraction >= before.fraction);
    }
    assert.ok((events.at(-1)?.bytesTransferred ?? 0) <= summary.bytesTransferred);
    assert.equal(summary.bytesTransferred, 40 * 80 * 2000);
  },
);

eachBackend("files whose content is compared count as progress", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
  await bigTree(source, 1, 40, 1 << 20);
  await bash(`cp -a "$1" "$2"`, [source, destination]);
  let fraction = 0;
  const summary = await copy(`${source}/`, destination, {
    compare: "checksum",
    progressIntervalMs: 1,
    onEvent(event: TransferEvent) {
      if (event.type === "progress" && event.phase === "transfer") fraction = event.fraction;
    },
  });
  assert.ok(summary.entriesSame >= 40);
  assert.ok(fraction > 0.99, `fraction is ${fraction}`);
});

eachBackend("failures come as events and again in the summary", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "source/x": "x", "source/y": "y", "destination/x/kept": "kept" });
  const events: TransferEvent[] = [];
  const summary = await copy(`${place.path}/source/`, `${place.path}/destination`, {
    onEvent: (event) => void events.push(event),
  });
  assert.equal(summary.exitCode, 2);
  assert.equal(summary.failureCount, 1);
  assert.deepEqual(events.filter(({ type }) => type === "failure"), [...summary.failures]);
  const [failure] = summary.failures;
  assert.match(new TextDecoder().decode(failure?.path), /x$/);
  assert.match(failure?.code ?? "", /^[A-Z][A-Z0-9_]*$/);
  assert.match(failure?.message ?? "", /x.*\.?$/);
});

eachBackend("several runs at once in one process do not disturb each other", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const numbers = [1, 2, 3, 4];
  for (const n of numbers) await bigTree(`${place.path}/source-${n}`, 5, 100, 100 * n);
  await Promise.all(
    numbers.map((n) => mirror(`${place.path}/source-${n}/`, `${place.path}/destination-${n}`)),
  );
  for (const n of numbers) {
    await compareTrees(`${place.path}/source-${n}`, `${place.path}/destination-${n}`, {
      ...backend.tolerance,
    });
  }
});

eachBackend(
  "what may last is told before it begins, and one small file is not",
  async (backend) => {
    using _ = useBackend(backend);
    await using place = await makePlace();
    const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
    await plant(source, { "small": "small" });
    await bigFile(`${source}/large`, 1_000_000);
    const begins = async (name: string, durable = false): Promise<boolean> => {
      let begun = false;
      const onBegin = (): void => {
        begun = true;
        assert.equal(
          Deno.readDirSync(place.path).some((entry) => entry.name === "destination"),
          false,
        );
      };
      await copy(`${source}/${name}`, `${destination}/`, { onBegin, durable });
      await Deno.remove(destination, { recursive: true });
      return begun;
    };
    assert.equal(await begins("small"), false);
    assert.equal(await begins("small", true), true);
    assert.equal(await begins("large"), true);
    assert.equal(await begins(""), true);
  },
);
