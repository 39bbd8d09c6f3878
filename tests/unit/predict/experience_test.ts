import assert from "node:assert/strict";
import {
  aloneMs,
  type Experience,
  experienced,
  isBestOverOne,
  type Route,
  wellKnownMs,
} from "../../../core/predict/experience.ts";

const NOW = 1_795_263_456_567;
const DAY_MS = 24 * 3600 * 1000;

/** A job whose runs take so long by either way, and what it has learnt after so many of them. */
function replay(
  times: Readonly<Record<Route, number>>,
  runs: number,
  before?: Experience,
): { readonly experience: Experience; readonly routes: Route[] } {
  let experience = before;
  const routes: Route[] = [];
  for (let run = 0; run < runs; run++) {
    const alone = aloneMs(experience, NOW);
    const route = alone > 0 ? "alone" : "helped";
    // What lasts longer than it may gets its help then.
    const late = alone + times.helped;
    const ms = alone > 0 && times.alone > alone ? Math.min(late, times.alone) : times[route];
    routes.push(route);
    experience = experienced(experience, route, ms, NOW + run);
  }
  return { experience: experience ?? {}, routes };
}

const share = (routes: readonly Route[], route: Route): number =>
  routes.filter((one) => one === route).length / routes.length;

Deno.test("nothing is known of a job that has not run: the usual rules hold", () => {
  assert.equal(aloneMs(undefined, NOW), 0);
  assert.equal(aloneMs({}, NOW), 0);
  assert.equal(isBestOverOne(undefined, NOW), false);
});

Deno.test("a job that is faster alone goes alone after two tries of each way", () => {
  const { routes } = replay({ alone: 25, helped: 48 }, 100);
  assert.deepEqual(routes.slice(0, 4), ["helped", "alone", "alone", "helped"]);
  assert.ok(share(routes.slice(4), "alone") > 0.95);
});

Deno.test("a job that is faster with help gets it, and the other way is tried now and then", () => {
  const { routes } = replay({ alone: 110, helped: 95 }, 200);
  assert.ok(share(routes.slice(4), "helped") > 0.9);
  assert.ok(routes.slice(10).includes("alone"));
});

Deno.test("a job that takes long with help is never tried without", () => {
  assert.deepEqual(new Set(replay({ alone: 500, helped: 280 }, 50).routes), new Set(["helped"]));
});

Deno.test("a job that has grown gets its help late a few times, then at once", () => {
  const { experience } = replay({ alone: 25, helped: 48 }, 20);
  const most = aloneMs(experience, NOW);
  assert.ok(most > 25 && most < 60, String(most));
  const { routes } = replay({ alone: 900, helped: 500 }, 20, experience);
  assert.ok(share(routes, "alone") <= 0.2 && !routes.slice(6).includes("alone"), routes.join());
});

Deno.test("one large run among small ones changes nothing for the next", () => {
  const { experience } = replay({ alone: 25, helped: 48 }, 20);
  const after = experienced(experience, "alone", 5000, NOW);
  assert.ok(aloneMs(after, NOW) > 0);
});

Deno.test("a run that took as long as ever says nothing new once six have been learnt", () => {
  const known = (runs: number, ms: number): number | undefined =>
    wellKnownMs({ alone: { value: 40, spread: 0.1, runs, atMs: NOW } }, "alone", ms);
  assert.equal(known(6, 45), 40);
  assert.equal(known(5, 45), undefined);
  assert.equal(known(60, 51), undefined);
  assert.equal(known(60, 31), undefined);
  assert.equal(wellKnownMs(undefined, "alone", 40), undefined);
  const helped = { helped: { value: 40, spread: 0.1, runs: 9, atMs: NOW } };
  assert.equal(wellKnownMs(helped, "alone", 40), undefined);
});

Deno.test("what is months old, or from the future, is not known any more", () => {
  const { experience } = replay({ alone: 25, helped: 48 }, 20);
  assert.ok(aloneMs(experience, NOW + 59 * DAY_MS) > 0);
  assert.equal(aloneMs(experience, NOW + 61 * DAY_MS), 0);
  assert.equal(aloneMs(experience, NOW - 61 * DAY_MS), 0);
});

Deno.test("however fast it is said to be alone, help is never far", () => {
  for (const value of [1e-6, 1, 100, 1e9, Number.MAX_SAFE_INTEGER]) {
    const average = { value, spread: 0, runs: 10, atMs: NOW };
    const most = aloneMs({ alone: average, helped: average }, NOW);
    assert.ok(most >= 0 && most <= 200, `${value}: ${most}`);
    const tried = aloneMs({ helped: average }, NOW);
    assert.ok(tried >= 0 && tried <= 200, `${value}: ${tried}`);
  }
});
