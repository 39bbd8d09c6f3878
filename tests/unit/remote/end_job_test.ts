import assert from "node:assert/strict";
import { parseLocalPath } from "../../../core/endpoint/mod.ts";
import { pathKey } from "../../../core/entry/path.ts";
import { buildFilterSpec } from "../../../core/filter/mod.ts";
import { makeBackupRoot } from "../../../core/movers/make_alike.ts";
import { openRootAt } from "../../../core/movers/open_root.ts";
import { placeInModule, placeLocally } from "../../../core/remote/session/destination_side.ts";
import { findModuleSources } from "../../../core/remote/session/source_side.ts";
import { makeDirectories } from "../../../core/transfer/make_directories.ts";
import { jobOptions, makeJob } from "../../../core/transfer/make_job.ts";
import { plant, readTree, symlinkTo } from "../../support/mod.ts";
import { bytes, fact, fails, onModule } from "./session_ground.ts";

onModule("a job at the source looks for no extras and backs nothing up", async (ground) => {
  const { sys, path, module } = ground;
  await plant(path, { "module/tree/file": "1" });
  const { jobSources } = findModuleSources(sys, "mirror", module, [bytes("tree/")], false);
  const options = jobOptions({ backupDir: "old", reportEntries: true }, undefined);
  const job = makeJob(sys, "mirror", { ...options, nowSeconds: 7 }, jobSources);
  assert.deepEqual([job.extras, job.backup, job.backupInside], [false, undefined, undefined]);
  assert.deepEqual([job.nowSeconds, job.reportEntries], [7, true]);
  assert.deepEqual(await readTree(`${path}/module`), { "tree/": null, "tree/file": "1" });
});

onModule("backups stay inside the module", async ({ sys, path, module }) => {
  await plant(path, {
    "module/tree/there": "1",
    "module/link": symlinkTo("../outside"),
    "outside/": null,
  });
  const jobFor = (backupDir: string, destination = "tree", dryRun = false) => {
    const facts = [fact("t", true, true)];
    const placed = placeInModule(sys, facts, module, bytes(destination), "mirror", dryRun);
    const job = makeJob(sys, "mirror", jobOptions({ backupDir, dryRun }, undefined), placed);
    makeDirectories(sys, job);
    return job;
  };
  const backup = (...given: Parameters<typeof jobFor>) => {
    const job = jobFor(...given);
    const opened = openRootAt(sys, job.backup, job.backupBeneath);
    if (opened >= 0) sys.close(opened);
    return [opened >= 0, pathKey(job.backupBeneath ?? bytes("none")), job.backupInside];
  };
  assert.equal(jobFor("old").extras, true);
  assert.equal(pathKey(jobFor("old").backup ?? bytes("")), `${path}/module`);
  assert.deepEqual(backup(".later", "tree", true), [false, "tree/.later", ".later"]);
  // One in the destination is made when something goes into it.
  assert.deepEqual(backup("old"), [false, "tree/old", "old"]);
  assert.deepEqual(backup("./a//b/"), [false, "tree/a/b", "a/b"]);
  assert.deepEqual(backup("../old"), [true, "old", undefined]);
  assert.deepEqual(backup("../treetop"), [true, "treetop", undefined]);
  assert.deepEqual(backup("old", ""), [true, "old", "old"]);
  for (const outside of ["/srv/old", "../../old", "a/../../../old", "../.."]) {
    fails(() => jobFor(outside, "tree").backup, "backup-outside", /lies outside/);
  }
  fails(() => jobFor("../old", ""), "backup-outside");
  for (const own of [".", "./", "../tree", "a/.."]) {
    fails(() => jobFor(own), "backup-is-destination");
  }
  fails(() => jobFor(""), "path-empty");
  fails(() => jobFor("../link"), "backup-unusable", /symbolic link/);
  fails(() => jobFor("../link/x"), "backup-unusable", /symbolic link/);
  fails(() => jobFor("there"), "backup-unusable", /not a directory/);
  assert.deepEqual(backup("old", "new/a"), [false, "new/a/old", "old"]);
  assert.deepEqual(await readTree(`${path}/outside`), {});
  assert.ok((await Deno.stat(`${path}/module/new/a`)).isDirectory);
});

onModule("backups of a file that gets a name begin beside it", async ({ sys, path }) => {
  const [source] = placeLocally(sys, [fact("f", false)], parseLocalPath(`${path}/name`), false);
  assert.ok(source !== undefined);
  const job = makeJob(sys, "copy", jobOptions({ backupDir: "old" }, undefined), [source]);
  assert.equal(pathKey(job.backup ?? bytes("")), `${path}/old`);
  assert.equal(job.backupInside, "old");
  assert.deepEqual(await readTree(path), { "module/": null });
  makeDirectories(sys, job);
  assert.deepEqual(await readTree(path), { "module/": null });
  const made = makeBackupRoot(sys, job, -1);
  assert.ok(made >= 0);
  sys.close(made);
  assert.deepEqual(await readTree(path), { "module/": null, "old/": null });
});

onModule("a mirror of listed files is refused at either end", async ({ sys, path, module }) => {
  await plant(path, { "module/tree/file": "1" });
  const filter = buildFilterSpec({ filesFrom: { name: "list", content: bytes("file") } });
  const { jobSources } = findModuleSources(sys, "mirror", module, [bytes("tree/")], true);
  const placed = placeInModule(sys, [fact("t", true, true)], module, bytes("tree"), "mirror", true);
  for (const sources of [jobSources, placed]) {
    fails(() => makeJob(sys, "mirror", jobOptions({}, filter), sources), "mirror-files-from");
  }
});
