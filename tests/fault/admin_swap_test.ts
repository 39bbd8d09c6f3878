import assert from "node:assert/strict";
import { du, find, list, remove, TransferError } from "../../mod.ts";
import {
  assertUntouched,
  fingerprint,
  inBackground,
  makePlace,
  needing,
  plant,
  startDaemon,
  unmet,
} from "../support/mod.ts";

/** Seconds of the race; a minute with BLIT_SOAK=1. */
const SECONDS = unmet(["soak"]) ? 4 : 60;
const SWAPPER = new URL("swap/swapper.ts", import.meta.url).pathname;

/** Every component of the paths that are looked at. */
const COMPONENTS = ["", "/a", "/a/b", "/a/b/c", "/a/b/file"];

Deno.test({
  ...needing("links swapped in at any component never lead a question out of the module", "remote"),
  fn: async () => {
    await using place = await makePlace();
    const [module, outside] = [`${place.path}/module`, `${place.path}/outside`];
    const tree = { "a/b/c/one": "1", "a/b/c/two": "2", "a/b/file": "f", "a/other": "o" };
    await plant(`${module}/tree`, tree);
    await plant(outside, { "a/b/c/SECRET": "SECRET", "a/SECRET": "SECRET", "SECRET": "SECRET" });
    await Deno.mkdir(`${module}/spare`);
    const before = await fingerprint(outside);
    await using daemon = await startDaemon({ root: module });
    {
      const pairs = COMPONENTS.map((at) => `${module}/tree${at}=${outside}${at}`);
      const args = ["run", "--quiet", "-A", SWAPPER, `${module}/spare`, ...pairs];
      await using _swapper = inBackground(Deno.execPath(), args);
      await race(daemon.endpoint("tree"));
    }
    await assertUntouched(outside, before);
    assert.doesNotMatch(daemon.stderr(), /defect/);
  },
});

/** Looks at and clears the tree again and again; each is answered or refused. */
async function race(tree: string): Promise<void> {
  const recursive = { recursive: true };
  const looking = [
    () => list(tree, { ...recursive, targets: true }),
    () => list(`${tree}/a/b/c/`),
    () => find(tree),
    () => find(`${tree}/a/b/`, { minSize: 1 }),
    () => du(`${tree}/a`, { all: true }),
    () => remove(`${tree}/a/b/c`, { ...recursive, dryRun: true }),
  ];
  const clearing = [() => remove(`${tree}/a/b/c/one`), () => remove(`${tree}/a`, recursive)];
  const start = performance.now();
  let answered = 0;
  for (let turn = 0;; turn++) {
    const elapsed = performance.now() - start;
    if (elapsed > SECONDS * 1000 && turn > 50) break;
    // What is removed cannot be looked at any more.
    const questions = elapsed < SECONDS * 800 ? looking : [...looking, ...clearing];
    const number = turn % questions.length;
    try {
      for await (const row of questions[number]?.() ?? []) {
        const path = new TextDecoder().decode(row.path);
        assert.ok(!path.includes("SECRET"), `question ${number} gave ${path}`);
        answered++;
      }
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
    }
  }
  assert.ok(answered > 0);
}
