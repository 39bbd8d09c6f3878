import assert from "node:assert/strict";
import type { ProbeAnswer, ProbeOrder } from "../../core/probe/messages.ts";
import { bundle } from "../../build/bundle.ts";
import { PROGRAMS } from "../../build/programs.ts";
import { makePlace } from "../support/mod.ts";
import {
  type Blit,
  copiesInWorkers,
  hashesInWasm,
  pushesAndPulls,
  startsAndRefuses,
} from "./package_smoke.ts";

Deno.test("the bundled programs copy, also from one to the other, hash, and import nothing but their chunks", async (t) => {
  await using place = await makePlace();
  const programs = await bundle(place.path);
  assert.deepEqual(programs, [
    "blit.js",
    "blit-daemon.js",
    "blit-utils.js",
    "mover_worker.js",
    "remote_worker.js",
    "answer_worker.js",
    "probe_worker.js",
  ]);
  const bundled = (wanted: string): Blit => {
    const { permissions, engine } = PROGRAMS.find(({ name }) => name === wanted)!; // it is one
    const program = `${place.path}/${wanted}.js`;
    return [Deno.execPath(), "run", "--quiet", "--no-config", ...engine, ...permissions, program];
  };
  const blit = bundled("blit");
  await t.step("it starts", () => startsAndRefuses(blit));
  await t.step("it copies", () => copiesInWorkers(blit));
  await t.step("it pushes and pulls", () => pushesAndPulls(blit, bundled("blit-daemon")));
  await t.step("it hashes", () => hashesInWasm(blit));
  await t.step("its daemon can measure", () => measures(`${place.path}/probe_worker.js`));
  await t.step("what it starts with stands in few files", () => {
    const [start, mover] = ["blit.js", "mover_worker.js"].map((name) => imported(place.path, name));
    assert.deepEqual([start!.size > 1, mover!.size > 1], [true, true]);
    assert.ok(start!.size <= 6 && mover!.size <= 8, `${start!.size} and ${mover!.size}`);
  });
  const names = [...Deno.readDirSync(place.path)].map(({ name }) => name);
  const reads = (name: string, text: string): boolean =>
    [...imported(place.path, name)].some((file) =>
      Deno.readTextFileSync(`${place.path}/${file}`).includes(text)
    );
  await t.step("what has no other machine to do with loads no gRPC", () => {
    const isFar = (name: string): boolean => reads(name, "/blit.v2.Blit/");
    for (const near of ["blit.js", "mover_worker.js", "start-", "watched-", "local-", "later-"]) {
      const begun = names.filter((name) => name.startsWith(near));
      assert.ok(begun.length > 0, near);
      assert.deepEqual(begun.filter(isFar), []);
    }
    assert.ok(isFar("blit-daemon.js"));
    const withServer = names.filter((name) =>
      name.endsWith(".js") && reads(name, "There is no such method.")
    );
    assert.deepEqual(withServer, ["blit-daemon.js"]);
  });
  await t.step("what only looks loads nothing that makes files", () => {
    const makes = (name: string): boolean => reads(name, ".blit-tmp-");
    const looking = names.filter((name) => name.startsWith("looking-"));
    assert.ok(looking.length > 0);
    assert.deepEqual(looking.filter(makes), []);
    assert.ok(makes("mover_worker.js"));
  });
  await t.step("it imports only chunks", () => {
    for (const { name } of Deno.readDirSync(place.path)) {
      const code = Deno.readTextFileSync(`${place.path}/${name}`);
      for (const from of importsOf(code)) assert.match(from, /^(\.\/[\w-]+\.js|node:\w+)$/, name);
    }
  });
});

/** What a bundled module imports at once. */
function importsOf(code: string): string[] {
  const statements = code.matchAll(
    /(?:^|[;\n])(?:import|export)(?:[^"';]*from)?\s*(["'])([^"']+)\1/g,
  );
  return [...statements].map(([, , from = ""]) => from);
}

/** The files that a module imports at once, with itself. */
function imported(folder: string, start: string): Set<string> {
  const found = new Set([start]);
  for (const name of found) {
    const code = Deno.readTextFileSync(`${folder}/${name}`);
    for (const from of importsOf(code)) if (from.startsWith("./")) found.add(from.slice(2));
  }
  return found;
}

/** The Worker of a daemon's probe says what it measured, or why not. */
async function measures(file: string): Promise<void> {
  await using place = await makePlace();
  const worker = new Worker(`file://${file}`, { type: "module" });
  const answer = await new Promise<ProbeAnswer>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    const path = new TextEncoder().encode(`${place.path}\0`);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const order: ProbeOrder = { places: [{ path, shown: "a place" }], stop };
    worker.postMessage(order);
  });
  worker.terminate();
  assert.ok(answer.type === "measured" && answer.hashBytesPerSecond > 0);
  assert.equal(answer.disks.length + answer.skipped.length, 1);
}
