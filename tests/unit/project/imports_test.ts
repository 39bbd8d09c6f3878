import assert from "node:assert/strict";
import {
  importsOf,
  layerOf,
  wrongImports,
  wrongInRepository,
  wrongLayers,
} from "../../../build/check_imports.ts";
import type { Layer } from "../../../build/layers.ts";

const LAYERS: readonly Layer[] = [
  { name: "floor", files: ["floor/"], mayImport: [] },
  { name: "stage", files: ["stage/", "floor/odd.ts"], mayImport: ["floor"], packages: ["npm-a"] },
];

Deno.test("all imports of the repository run downwards", () => {
  assert.deepEqual(wrongInRepository(), []);
});

Deno.test("every way to import a file is seen, with its line", () => {
  const source = [
    'import { a } from "./a.ts";',
    'import type { B } from "../b/b.ts";',
    "import {",
    "  c,",
    '} from "./c.ts";',
    'export * from "./d.ts";',
    'export { type E } from "./e.ts";',
    'import "./f.ts";',
    'const { g } = await import("./g.ts");',
    'new Worker(new URL("./h.ts", import.meta.url), { type: "module" });',
    'import json from "./i.json" with { type: "json" };',
    'import fs from "node:fs";',
  ].join("\n");
  const found = importsOf("x/y.ts", source);
  assert.deepEqual(
    found.map(({ line, target }) => `${line} ${target}`),
    [
      "1 x/a.ts",
      "2 b/b.ts",
      "5 x/c.ts",
      "6 x/d.ts",
      "7 x/e.ts",
      "8 x/f.ts",
      "9 x/g.ts",
      "10 x/h.ts",
      "11 x/i.json",
      "12 node:fs",
    ],
  );
  assert.deepEqual(found.filter(({ isPackage }) => isPackage).length, 1);
});

Deno.test("examples in comments and words in texts are no imports", () => {
  const source = [
    "/**",
    ' * import { a } from "./a.ts";',
    " */",
    '  // import { b } from "./b.ts";',
    'throw new Error(\'Cannot import "x" from "y" today\');',
  ].join("\n");
  assert.deepEqual(importsOf("x.ts", source), []);
});

Deno.test("a file belongs to the layer that names it most exactly", () => {
  assert.equal(layerOf("floor/a.ts", LAYERS)?.name, "floor");
  assert.equal(layerOf("floor/odd.ts", LAYERS)?.name, "stage");
  assert.equal(layerOf("attic/a.ts", LAYERS), undefined);
});

Deno.test("an import upwards, of a package or of nowhere is a sentence with its place", () => {
  assert.deepEqual(wrongImports("stage/a.ts", 'import "../floor/a.ts";', LAYERS), []);
  assert.deepEqual(wrongImports("stage/a.ts", 'import "npm-a";', LAYERS), []);
  assert.deepEqual(wrongImports("floor/a.ts", '\nimport "../stage/a.ts";', LAYERS), [
    "floor/a.ts:2: floor may not import stage (stage/a.ts)",
  ]);
  assert.deepEqual(wrongImports("floor/a.ts", 'import "npm-a";', LAYERS), [
    'floor/a.ts:1: floor may not import the package "npm-a"',
  ]);
  assert.deepEqual(wrongImports("floor/a.ts", 'import "../attic/a.ts";', LAYERS), [
    "floor/a.ts:1: floor may not import what has no layer (attic/a.ts)",
  ]);
  assert.equal(wrongImports("attic/a.ts", "", LAYERS).length, 1);
});

Deno.test("layers that would allow a circle are wrong themselves", () => {
  assert.deepEqual(wrongLayers(LAYERS), []);
  const circle = [{ ...LAYERS[0]!, mayImport: ["stage"] }, LAYERS[1]!]; // LAYERS has two
  assert.deepEqual(wrongLayers(circle), ["build/layers.ts: stage does not stand below floor"]);
});
