/**
 * Checks that imports run downwards, as build/layers.ts draws it.
 *
 * @module
 */
import { type Layer, LAYERS } from "./layers.ts";
import { ROOT } from "./programs.ts";

/** The file that a module imports, or the package. */
export interface Import {
  /** 1 is the first line. */
  readonly line: number;
  /** A path from the root of the repository, or a package as it is written. */
  readonly target: string;
  readonly isPackage: boolean;
}

/** `import ... from "x"`, `export ... from "x"`, `import "x"`, `import("x")`, `new URL("x.ts", import.meta.url)`. */
const IMPORT =
  /(?:\bfrom\s+|\bimport\s*\(?\s*)"([^"\n]+)"(?=\s*(?:;|\)|with\b))|\bnew URL\(\s*"([^"\n]+\.ts)",/g;

/** The imports of a module; `path` is where it stands. Examples in comments do not count. */
export function importsOf(path: string, source: string): Import[] {
  const code = source.replace(/^[ \t]*(?:\/\*\*?|\*|\/\/).*$/gm, "");
  return [...code.matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? "";
    const line = code.slice(0, match.index).split("\n").length;
    if (!specifier.startsWith(".")) return { line, target: specifier, isPackage: true };
    const { pathname } = new URL(specifier, `file:///${path}`);
    return { line, target: pathname.slice(1), isPackage: false };
  });
}

/** The layer of a file: the one with the longest match. */
export function layerOf(path: string, layers: readonly Layer[] = LAYERS): Layer | undefined {
  let found: Layer | undefined;
  let longest = 0;
  for (const layer of layers) {
    for (const file of layer.files) {
      const matches = file.endsWith("/") ? path.startsWith(file) : path === file;
      if (!matches || file.length <= longest) continue;
      found = layer;
      longest = file.length;
    }
  }
  return found;
}

/** What a module imports against the rules, as sentences. */
export function wrongImports(
  path: string,
  source: string,
  layers: readonly Layer[] = LAYERS,
): string[] {
  const layer = layerOf(path, layers);
  if (layer === undefined) return [`${path}: belongs to no layer of build/layers.ts`];
  const wrong: string[] = [];
  for (const { line, target, isPackage } of importsOf(path, source)) {
    if (isPackage) {
      if (layer.packages?.includes(target)) continue;
      wrong.push(`${path}:${line}: ${layer.name} may not import the package "${target}"`);
      continue;
    }
    const other = layerOf(target, layers);
    if (other === layer || (other !== undefined && layer.mayImport.includes(other.name))) continue;
    wrong.push(
      `${path}:${line}: ${layer.name} may not import ${
        other?.name ?? "what has no layer"
      } (${target})`,
    );
  }
  return wrong;
}

/** What is wrong with the layers themselves: an import upwards would allow circles. */
export function wrongLayers(layers: readonly Layer[] = LAYERS): string[] {
  const below = new Set<string>();
  const wrong: string[] = [];
  for (const { name, mayImport } of layers) {
    for (const other of mayImport) {
      if (!below.has(other)) wrong.push(`build/layers.ts: ${other} does not stand below ${name}`);
    }
    below.add(name);
  }
  return wrong;
}

/** The modules of a folder of the repository, as paths from its root. */
function* modulesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, ROOT))) {
    if (isDirectory) yield* modulesIn(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield folder + name;
  }
}

/** Everything that is wrong in the repository. */
export function wrongInRepository(): string[] {
  const folders = ["bench/", "build/", "cli/", "core/", "daemon/", "proto/", "utils/"];
  const modules = [
    "mod.ts",
    "wasm/build.ts",
    ...folders.flatMap((folder) => [...modulesIn(folder)]),
  ];
  return [
    ...wrongLayers(),
    ...modules.flatMap((path) => wrongImports(path, Deno.readTextFileSync(new URL(path, ROOT)))),
  ];
}

if (import.meta.main) {
  const wrong = wrongInRepository();
  for (const sentence of wrong) console.error(sentence);
  Deno.exit(wrong.length > 0 ? 1 : 0);
}
