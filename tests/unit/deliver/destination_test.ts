import assert from "node:assert/strict";
import {
  compareBatch,
  deliverDirectory,
  deliverWithoutContent,
  keptAttributes,
  Landing,
  Made,
  makeLink,
  placeSmallFile,
  settle,
  UNKNOWN_STATE,
} from "../../../core/deliver/mod.ts";
import { backUp } from "../../../core/deliver/backup.ts";
import { Kind, nameOf } from "../../../core/entry/mod.ts";
import { MoverContext, Own } from "../../../core/movers/context.ts";
import { Counter } from "../../../core/movers/counters.ts";
import type { Job } from "../../../core/movers/job.ts";
import type { Parcel } from "../../../core/movers/outbox.ts";
import { finishDirectory } from "../../../core/local/finish_directory.ts";
import { Need } from "../../../core/plan/mod.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { closePlace, openDestination, type Origin, type Place } from "../../../core/scan/mod.ts";
import { Errno, openSys } from "../../../core/sys/mod.ts";
import { BACKENDS, bash, makePlace, plant, readTree } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

/** A source that cannot be gone on with. */
const from = {
  size: 0,
  mtimeSeconds: 0,
  mtimeNanoseconds: 0,
  blocks: 0,
  state: UNKNOWN_STATE,
};

/** A module's root at `path/module`, and a transfer into `in/to` beneath it, whose source is elsewhere. */
async function atDestination(
  path: string,
  backend: "linux" | "portable",
  change: Partial<Job>,
  fn: (context: MoverContext, failures: Parcel["failures"][number][]) => Promise<void>,
): Promise<void> {
  const { sys } = await openSys(backend);
  const plain = plainJob({ destination: `${path}/module` }, "checksum");
  const beneath = {
    destinationBeneath: nameOf("in/to"),
    destinationShown: nameOf("server:in/to"),
  };
  const job: Job = {
    ...plain,
    backend,
    sources: plain.sources.map((source) => ({ ...source, ...beneath })),
    rules: { ...plain.rules, groupSet: new Set() },
    ...change,
  };
  const failures: Parcel["failures"][number][] = [];
  const memory = newMemory();
  const context = new MoverContext(sys, job, memory, 0, undefined, (parcel) => {
    failures.push(...parcel.failures);
  });
  await fn(context, failures);
  context.outbox.flush();
  context.release();
  sys.end();
}

/** Fills row `index` of the batch, as a decoder does. */
function entry(context: MoverContext, name: string, mode: number, size: number): number {
  const { names, source, needs } = context;
  const index = names.count;
  assert.ok(names.add(nameOf(name), mode >>> 12));
  source.mode[index] = mode;
  source.uid[index] = source.gid[index] = 0;
  source.links[index] = 1;
  source.size[index] = size;
  source.blocks[index] = Math.ceil(size / 512);
  source.mtimeSeconds[index] = 1_600_000_000;
  source.mtimeNanoseconds[index] = 0;
  needs[index] = Need.Create;
  return index;
}

function openTop(context: MoverContext, origin: Origin): Place {
  const place = openDestination(context, 0, nameOf(""), { absent: false, fresh: false });
  assert.ok(place !== undefined);
  assert.equal(place.source, -1);
  place.origin = origin;
  return place;
}

const ORIGIN: Origin = {
  linkTarget: () => new TextEncoder().encode("elsewhere"),
  attributes: () => new Map(),
  sameContent: (context, place, target) => {
    const file = context.sys.openRead(place.destination, target);
    const length = context.sys.read(file, context.buffer, context.buffer.length);
    context.sys.close(file);
    const text = new TextDecoder().decode(context.buffer.subarray(0, length));
    return { result: text === "same" ? 1 : 0, side: "destination" };
  },
};

const FILE = Kind.File << 12;

for (const { name: backend } of BACKENDS) {
  Deno.test(`a batch is delivered where its source is not (${backend})`, async () => {
    await using place = await makePlace();
    await plant(`${place.path}/module/in/to`, { "same": "same", "other": "sine", "way/x": "x" });
    await atDestination(place.path, backend, {}, async (context, failures) => {
      const top = openTop(context, ORIGIN);
      const names = context.names;
      const directory = entry(context, "directory", (Kind.Directory << 12) | 0o750, 0);
      const link = entry(context, "link", (Kind.Symlink << 12) | 0o777, 9);
      const same = entry(context, "same", FILE | 0o640, 4);
      const other = entry(context, "other", FILE | 0o600, 4);
      const way = entry(context, "way", FILE | 0o600, 4);
      const small = entry(context, "small", FILE | 0o604, 5);
      const large = entry(context, "large", FILE | 0o600, 70_000);
      assert.equal(compareBatch(context, top, names, names), 3);
      assert.deepEqual([...context.needs.subarray(0, names.count)], [
        Need.Create,
        Need.Create,
        Need.Metadata,
        Need.Replace,
        Need.Blocked,
        Need.Create,
        Need.Create,
      ]);
      assert.equal(deliverDirectory(context, top, names, directory, Need.Create), Made.Fresh);
      assert.equal(deliverDirectory(context, top, names, directory, Need.Create), Made.Existing);
      for (const index of [link, same, way]) {
        assert.equal(deliverWithoutContent(context, top, names, names, index), true);
      }
      for (const index of [other, small, large]) {
        assert.equal(deliverWithoutContent(context, top, names, names, index), false);
      }

      const { source } = context;
      for (const index of [other, small]) {
        const bytes = new TextEncoder().encode("fresh-and-more");
        const target = nameOf(index === other ? "other" : "small");
        const replaces = index === other;
        const size = source.size[index]!; // filled above
        const fault = placeSmallFile(
          context,
          top,
          bytes,
          -1,
          target,
          source,
          index,
          replaces,
        );
        assert.equal(fault, undefined);
        settle(context, top, target, Kind.File, context.needs[index]!, size, fault);
      }

      const landing = Landing.begin(
        context,
        top,
        nameOf("large"),
        source.mode[large]!,
        false,
        from,
      );
      assert.ok(landing instanceof Landing);
      const bytes = new Uint8Array(10).fill(7);
      assert.equal(landing.write(bytes, 10, 0), undefined);
      assert.equal(landing.restart(from), undefined);
      assert.equal(landing.write(bytes, 5, 1000), undefined);
      assert.equal(landing.write(bytes, 5, 1005), undefined);
      assert.equal(landing.write(bytes, 1, 65_000), undefined);
      assert.ok(!("large" in await readTree(`${place.path}/module/in/to`)));
      assert.equal(landing.finish(70_000, -1, source, large), undefined);
      const gone = Landing.begin(context, top, nameOf("gone"), 0o600, false, from);
      assert.ok(gone instanceof Landing);
      gone.abandon();
      gone.abandon();

      const made = makeLink(context, top, nameOf("small"), top, nameOf("other link"), false);
      assert.equal(made, undefined);

      const { own } = context;
      own.copyRow(Own.Source, source, directory);
      finishDirectory(context, top);
      closePlace(context, top);
      context.outbox.flush();
      assert.deepEqual(
        failures.map(({ path, code }) => [new TextDecoder().decode(path), code]),
        [["server:in/to/way", "DIRECTORY_IN_THE_WAY"]],
      );
      assert.equal(context.counters[Counter.FilesCreated], 1);
      assert.equal(context.counters[Counter.FilesUpdated], 1);
      assert.equal(context.counters[Counter.SymlinksCreated], 1);
    });
    const at = `${place.path}/module/in/to`;
    assert.equal(await Deno.readTextFile(`${at}/other`), "fres");
    assert.equal(await Deno.readTextFile(`${at}/other link`), "fresh");
    assert.equal(await Deno.readLink(`${at}/link`), "elsewhere");
    assert.equal((await Deno.stat(`${at}/same`)).mode! & 0o777, 0o640); // linux and portable tell it
    assert.equal((await Deno.stat(at)).mode! & 0o777, 0o750); // as above
    const large = await Deno.readFile(`${at}/large`);
    assert.equal(large.length, 70_000);
    const wanted = new Uint8Array(70_000).fill(7, 1000, 1010);
    wanted[65_000] = 7;
    assert.deepEqual(large, wanted);
    assert.deepEqual([...Deno.readDirSync(at)].map(({ name }) => name).sort(), [
      "directory",
      "large",
      "link",
      "other",
      "other link",
      "same",
      "small",
      "way",
    ]);
  });

  Deno.test(`what has come to be there meanwhile is replaced whole, and backed up (${backend})`, async () => {
    await using place = await makePlace();
    await plant(`${place.path}/module/in/to`, { "small": "other", "large": "other" });
    await bash(`mkdir "$1/module/old" && ln -s gone "$1/module/in/to/link"`, [place.path]);
    const job = { backup: nameOf(`${place.path}/module`), backupBeneath: nameOf("old") };
    await atDestination(place.path, backend, job, async (context, failures) => {
      const top = openTop(context, ORIGIN);
      const { names, source } = context;
      const small = entry(context, "small", FILE | 0o600, 5);
      const large = entry(context, "large", FILE | 0o600, 5);
      const link = entry(context, "link", (Kind.Symlink << 12) | 0o777, 9);
      const bytes = new TextEncoder().encode("fresh");
      const target = nameOf("small");
      const fault = placeSmallFile(context, top, bytes, -1, target, source, small, false);
      assert.equal(fault, undefined);
      const landing = Landing.begin(context, top, nameOf("large"), 0o600, false, from);
      assert.ok(landing instanceof Landing);
      assert.equal(landing.write(bytes, 5, 0), undefined);
      assert.equal(landing.finish(5, -1, source, large), undefined);
      assert.ok(deliverWithoutContent(context, top, names, names, link));
      closePlace(context, top);
      context.outbox.flush();
      assert.deepEqual(failures, []);
      await Promise.resolve();
    });
    assert.deepEqual(await readTree(`${place.path}/module`), {
      "in/": null,
      "in/to/": null,
      "old/": null,
      "in/to/small": "fresh",
      "in/to/large": "fresh",
      "in/to/link": "-> elsewhere",
      "old/small": "other",
      "old/large": "other",
      "old/link": "-> gone",
    });
  });

  Deno.test(`backups go beneath a held root, and no link leads them out (${backend})`, async () => {
    await using place = await makePlace();
    await plant(`${place.path}/module`, { "in/to/d/f": "old", "old/keep": "x" });
    await bash(`mkdir "$1/outside" && ln -s ../outside "$1/module/link"`, [place.path]);
    const root = nameOf(`${place.path}/module`);
    for (const [beneath, good] of [["old", true], ["link", false]] as const) {
      const job = { backup: root, backupBeneath: nameOf(beneath) };
      await atDestination(place.path, backend, job, async (context) => {
        const below = openDestination(context, 0, nameOf("d"), { absent: false, fresh: false });
        assert.ok(below !== undefined);
        const { destination, path } = below;
        const result = backUp(context, 0, destination, path, nameOf("f"), true);
        assert.equal(result >= 0, good);
        assert.equal(context.backupRoot() >= 0, good);
        closePlace(context, below);
        await Promise.resolve();
      });
    }
    assert.equal(await Deno.readTextFile(`${place.path}/module/old/d/f`), "old");
    assert.deepEqual(await readTree(`${place.path}/outside`), {});
  });
}

Deno.test({
  name: "attributes are taken from what was sent of an entry",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace("disk");
    await plant(`${place.path}/module/in/to`, { "f": "same" });
    const value = new TextEncoder().encode("blue");
    const job = { xattrs: true };
    await atDestination(place.path, "linux", job, async (context) => {
      const { sys, names } = context;
      const top = openTop(context, {
        ...ORIGIN,
        attributes: (index) => index === 0 ? new Map([["user.colour", value]]) : -Errno.EIO,
      });
      const index = entry(context, "f", FILE | 0o640, 4);
      compareBatch(context, top, names, names);
      assert.equal(context.needs[index], Need.Metadata);
      assert.ok(deliverWithoutContent(context, top, names, names, index));
      const file = sys.openRead(top.destination, nameOf("f"));
      assert.deepEqual(sys.getAttribute(file, nameOf("user.colour")), value);
      sys.close(file);
      const sent = [[new TextEncoder().encode("user.colour"), value], [nameOf("system.x"), value]];
      const kept = keptAttributes(context, sent as [Uint8Array, typeof value][]);
      assert.deepEqual([...kept], [["user.colour", value]]);
      context.needs[index] = Need.Create;
      compareBatch(context, top, names, names);
      assert.equal(context.needs[index], Need.Same);
      closePlace(context, top);
      await Promise.resolve();
    });
  },
});
