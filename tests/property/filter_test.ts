import assert from "node:assert/strict";
import fc from "fast-check";
import { buildFilterSpec, compileFilter, type Filter } from "../../core/filter/mod.ts";
import { binary, bytes, hasRsync, plant, rsyncPaths, treeOf } from "./filter_rsync.ts";

/** Raise it for a long search: 200 runs take two minutes. */
const NUM_RUNS = Number(Deno.env.get("FILTER_RUNS") ?? 8);
const LISTS_PER_TREE = 12;

const name = fc.constantFrom(
  ...["a", "b", "c", "ab", "ba", "abc", "foo", "a.o", "b.o", ".a", "-", "!", "]", "[a]", "[", "*"],
  ...["**", "?", "\\", "a\\b", "\\*", "a b", "a\nb", "\xff", "\xc3\xa9", "A", "1", "_", "\t", "^"],
);
const plainName = fc.constantFrom("a", "b", "c", "ab", "foo", "a.o");
const path = fc.oneof(
  fc.array(plainName, { minLength: 1, maxLength: 5 }),
  fc.array(name, { minLength: 1, maxLength: 5 }),
).map((parts) => parts.join("/"));
const tree = fc.array(path, { minLength: 25, maxLength: 60 }).map(treeOf);

const wildcard = fc.constantFrom(
  ...["*", "*", "*", "**", "**", "***", "?", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "[!]]"],
  ...["[a-]", "[-a]", "[\\]]", "[\\a-c]", "[a-\\c]", "[[:alpha:]]", "[[:upper:][:digit:]]"],
  ...[
    "[![:alnum:]]",
    "[[:punct:]]",
    "[[:space:]]",
    "[[:bad:]]",
    "[[:]",
    "[[:a]",
    "[a",
    "[",
    "[/a]",
  ],
  ...["[!/]", "[\x80-\xff]", "[c-a]", "[**]", "\\*", "\\[", "\\**", "\\a", "\\", "\\/", "\\\\"],
);
const piece = fc.oneof(
  { weight: 4, arbitrary: plainName },
  { weight: 2, arbitrary: name },
  { weight: 5, arbitrary: wildcard },
  { weight: 5, arbitrary: fc.constant("/") },
);
const joint = fc.constantFrom("", "", "/", "/**/", "/*/");
const pattern = fc.tuple(
  fc.constantFrom("", "", "", "/", "**/", "**", "***/", "//"),
  fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join("")),
    fc.tuple(plainName, joint, wildcard, joint, plainName).map((pieces) => pieces.join("")),
  ),
  fc.constantFrom("", "", "", "/", "/**", "/***", "***", "*", "//"),
).map((parts) => parts.join(""));
const sign = fc.constantFrom("- ", "- ", "+ ");
const freeRule = fc.tuple(sign, pattern).map((parts) => parts.join(""));

/** A rule made from a path of the tree, so that it has something to match. */
const madeRule = fc.record({
  sign,
  pick: fc.nat(),
  /** Components to leave out at the front: a tail of the path. */
  skipped: fc.constantFrom(0, 0, 0, 1, 2),
  /** What stands for each component; "" keeps it. */
  edits: fc.array(fc.constantFrom("", "", "", "", "*", "*", "**", "?", "[!/]*", "*[ab]*", "a*"), {
    minLength: 5,
    maxLength: 5,
  }),
  prefix: fc.constantFrom("", "", "/", "/", "**/", "**"),
  suffix: fc.constantFrom("", "", "", "/", "/**", "/***", "*"),
});
type Rule = string | (typeof madeRule extends fc.Arbitrary<infer Made> ? Made : never);

function ruleText(rule: Rule, entries: ReadonlyMap<string, boolean>): string {
  if (typeof rule === "string") return rule;
  const paths = [...entries.keys()];
  const parts = (paths[rule.pick % paths.length] ?? "a").split("/").slice(rule.skipped);
  const body = parts.map((part, depth) => rule.edits[depth] || part).join("/");
  return `${rule.sign}${rule.prefix}${body || "*"}${rule.suffix}`;
}

const rule: fc.Arbitrary<Rule> = fc.oneof(freeRule, madeRule, madeRule);
const rules = fc.array(rule, { minLength: 1, maxLength: 5 });

const listLine = fc.tuple(
  fc.constantFrom("", "", "/", "./", "//"),
  path,
  fc.constantFrom("", "", "", "/", "/.", "//"),
).map((parts) => parts.join(""));

function filterOf(ruleList: readonly string[], list?: readonly string[]): Filter {
  const rules = ruleList.map((text) => ({ kind: "exclude", pattern: bytes(text) }) as const);
  const content = bytes((list ?? []).map((line) => line + "\0").join(""));
  const filesFrom = { name: "list", content, nullTerminated: true };
  return compileFilter(
    structuredClone(buildFilterSpec(list === undefined ? { rules } : { rules, filesFrom })),
  );
}

/** Walks the tree as the scan does: names from one buffer, descending only where accepted. */
function walk(entries: ReadonlyMap<string, boolean>, filter: Filter): string[] {
  const accepted: string[] = [];
  const visit = (directory: string) => {
    const here = filter.directory(bytes(directory));
    for (const [entry, isDirectory] of entries) {
      const slash = entry.lastIndexOf("/");
      if (entry.slice(0, Math.max(slash, 0)) !== directory) continue;
      const arena = bytes(`xx${entry.slice(slash + 1)}\0yy`);
      const isAccepted = here.accepts(arena, 2, arena.length - 5, isDirectory);
      if (here.acceptsAll) assert.ok(isAccepted);
      if (here.acceptsNothing) assert.ok(!isAccepted);
      if (!isAccepted) continue;
      accepted.push(isDirectory ? entry + "/" : entry);
      if (isDirectory) visit(entry);
    }
  };
  visit("");
  return accepted.sort();
}

function components(line: string): string[] {
  return line.split("/").filter((part) => part !== "" && part !== ".");
}

/**
 * The directories towards listed paths that are missing or excluded. blit makes them, because it
 * reads a directory before what is in it; rsync looks the path up first and makes none.
 */
function parentsOnly(
  entries: ReadonlyMap<string, boolean>,
  list: readonly string[],
  chosen: readonly string[],
): string[] {
  const parents: string[] = [];
  for (const parts of list.map(components)) {
    const wanted = parts.join("/");
    if (chosen.includes(wanted) || chosen.includes(wanted + "/")) continue;
    for (let depth = 1; depth < parts.length; depth++) {
      const parent = parts.slice(0, depth).join("/");
      if (entries.get(parent) !== true) break;
      parents.push(parent + "/");
    }
  }
  return parents;
}

async function inPlantedTree(
  entries: ReadonlyMap<string, boolean>,
  check: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await plant(entries, root);
    await check(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const ignore = !(await hasRsync());

Deno.test({ name: "include and exclude rules choose what rsync chooses", ignore }, async () => {
  const lists = fc.array(rules, { minLength: LISTS_PER_TREE, maxLength: LISTS_PER_TREE });
  await fc.assert(
    fc.asyncProperty(tree, lists, (entries, ruleLists) =>
      inPlantedTree(entries, async (root) => {
        for (const rules of ruleLists) {
          const ruleList = rules.map((rule) => ruleText(rule, entries));
          const expected = await rsyncPaths(root, ruleList);
          assert.deepEqual(walk(entries, filterOf(ruleList)), expected, JSON.stringify(ruleList));
        }
      })),
    { numRuns: NUM_RUNS, interruptAfterTimeLimit: 600_000, endOnFailure: true },
  );
});

Deno.test({ name: "a list of files with rules chooses what rsync chooses", ignore }, async () => {
  const cases = fc.array(
    fc.tuple(
      fc.array(rule, { maxLength: 3 }),
      fc.array(listLine, { maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom("", "", "/")), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
    ),
    { minLength: LISTS_PER_TREE, maxLength: LISTS_PER_TREE },
  );
  await fc.assert(
    fc.asyncProperty(tree, cases, (entries, lists) =>
      inPlantedTree(entries, async (root) => {
        const paths = [...entries.keys()];
        for (const [rules, strangers, picks, wantsRoot] of lists) {
          const ruleList = rules.map((rule) => ruleText(rule, entries));
          const picked = picks.map(([pick, end]) => (paths[pick % paths.length] ?? "a") + end);
          const list = [...strangers, ...picked, ...(wantsRoot && picks.length > 4 ? ["."] : [])];
          const chosen = await rsyncPaths(root, ruleList, list);
          const expected = [...new Set([...chosen, ...parentsOnly(entries, list, chosen)])].sort();
          const found = walk(entries, filterOf(ruleList, list));
          assert.deepEqual(found, expected, JSON.stringify({ ruleList, list }));
        }
      })),
    { numRuns: Math.ceil(NUM_RUNS / 2), interruptAfterTimeLimit: 600_000, endOnFailure: true },
  );
});

Deno.test("a list's unmatched paths are those that the tree does not have", () => {
  fc.assert(fc.property(tree, fc.array(listLine, { maxLength: 30 }), (entries, list) => {
    const filter = filterOf([], list);
    const unmatched: string[] = [];
    const visit = (directory: string) => {
      const here = filter.directory(bytes(directory));
      const seen = new Uint8Array(here.wantedCount);
      for (const [entry, isDirectory] of entries) {
        const slash = entry.lastIndexOf("/");
        if (entry.slice(0, Math.max(slash, 0)) !== directory) continue;
        const entryName = bytes(entry.slice(slash + 1));
        here.noteSeen(seen, entryName, 0, entryName.length, isDirectory);
        if (isDirectory && here.accepts(entryName, 0, entryName.length, true)) visit(entry);
      }
      unmatched.push(...here.unmatchedPaths(seen).map(binary));
    };
    visit("");
    const wanted = new Set(list.map((line) => components(line).join("/")));
    const expected = [...wanted].filter((entry) => entry !== "" && !entries.has(entry));
    assert.deepEqual(unmatched.sort(), expected.sort());
  }));
});
