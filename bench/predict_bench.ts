/**
 * What predictions cost on the way: reading a full file of them, and deciding. `deno bench -A
 * bench/predict_bench.ts`; docs/prediction.md says the figures.
 */
import { readJob } from "../core/predict/store.ts";
import { decodePredictions, encodePredictions } from "../core/predict/state.ts";
import { aloneMs, jobName, keyOf, readPredictions } from "../core/predict/mod.ts";

const salt = "0123456789abcdef";
const nowMs = Date.now();
const average = { value: 43.2117, spread: 0.123456, runs: 17, atMs: nowMs };
const line = {
  sums: [0.000365994, 0.109798, 32.9395, 0.0602444, 18.0733],
  spread: 0.18403,
  runs: 9,
  atMs: nowMs,
};
const places = Array.from({ length: 64 }, (_, at) => `/srv/data/of/somebody/tree-${at}/`);
const names = places.map((place) => jobName("mirror", [place], "/mnt/backup", {}));
const full = JSON.stringify({
  version: 1,
  salt,
  jobs: Object.fromEntries(
    names.map((name) => [keyOf(salt, ...name), { alone: average, helped: average }]),
  ),
  kinds: Object.fromEntries(
    places.map((_, at) => [`copy push tcp many small x${at}>ext4`, { time: line, plan: average }]),
  ),
  links: Object.fromEntries(places.map((place) => [keyOf(salt, place), average])),
});

const folder = Deno.makeTempDirSync();
Deno.env.set("XDG_CONFIG_HOME", folder);
Deno.env.set("BLIT_DISABLE_LOCAL_TELEMETRY", "0");
Deno.mkdirSync(`${folder}/blit`);
Deno.writeTextFileSync(`${folder}/blit/predictions.json`, full);
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const predictions = decodePredictions(full);
if (Object.keys(predictions?.jobs ?? {}).length !== 64) throw new Error("The file is not full.");

Deno.bench("read a full file", () => {
  if (readPredictions() === undefined) throw new Error("It cannot be read.");
});

Deno.bench("read one job of a full file", () => {
  if (readJob((salt) => keyOf(salt, ...names[0]!)) === undefined) {
    throw new Error("It is not there.");
  }
});

Deno.bench("decode a full file", () => {
  decodePredictions(full);
});

Deno.bench("encode a full file", () => {
  encodePredictions(predictions!);
});

Deno.bench("name a job, find it, decide", () => {
  const name = jobName("mirror", ["/srv/data/of/somebody/tree-7/"], "/mnt/backup", {});
  aloneMs(predictions!.jobs[keyOf(salt, ...name)], nowMs);
});
