/**
 * Puts a bundle's many small chunks into few files. `deno bundle` makes a chunk of each set of
 * modules that the same imports lead to, a hundred and more of them, and each one that a run reads
 * costs it about 0.1 ms.
 *
 * @module
 */
import { dirname, join, relative, sep } from "node:path";
import { type Plugin, rollup } from "@rollup/browser";

/** What runs load together, by the beginnings of the chunks' names, which are the modules' names. */
const LOADED_TOGETHER: Readonly<Record<string, readonly string[]>> = {
  start: ["cli/main"],
  watched: ["proven"],
  transfer: ["copy", "mirror", "move"],
  local: ["run_locally"],
  later: ["stall", "learn", "remove_extras"],
  remote: ["ends", "run_remotely", "run_remote", "dial"],
  session: ["client_run", "push", "pull", "begin", "link_rate", "link_use"],
  looking: ["df", "du", "find", "ls"],
  daemon: ["daemon/main", "serve"],
  mover: ["core/pool/mover_worker"],
  away: ["core/remote/mover/worker", "serve_source", "serve_destination"],
  answers: ["core/remote/admin/answer_worker"],
};

/** What a run has loaded, if anything of it, before it loads what is of these kinds. */
const LOADED_BEFORE: Readonly<Record<string, readonly string[]>> = {
  watched: ["start"],
  looking: ["start"],
  transfer: ["start", "watched"],
  local: ["start", "watched", "transfer"],
  remote: ["start", "watched", "transfer"],
  session: ["start", "watched", "transfer", "remote"],
  later: ["start", "watched", "transfer"],
};

/** What stands in the chunk that knows the paths of gRPC's calls. */
const GRPC = "/blit.v2.Blit/";

/** A file to be written. */
export interface GroupedFile {
  readonly name: string;
  readonly code: string;
  /** Others may be imported by it, and must be there before. */
  readonly isEntry: boolean;
}

/**
 * Reads the chunks below `folder`, and gives the files to put in their
 * place: the `entries`, from the names they shall have to the files they are in, and what those
 * import.
 *
 * @throws {Error} A chunk that is to be loaded with others does not exist.
 */
export async function groupChunks(
  folder: string,
  entries: ReadonlyMap<string, string>,
): Promise<GroupedFile[]> {
  const input = Object.fromEntries(
    [...entries].map(([name, file]) => [name.replace(/\.js$/, ""), join(folder, file)]),
  );
  const bundle = await rollup({
    input,
    plugins: [fromFiles()],
    // The bundler before has done so, and knows what has no effect.
    treeshake: false,
    preserveEntrySignatures: false,
  });
  let groups: ReadonlyMap<string, string> | undefined;
  const { output } = await bundle.generate({
    format: "es",
    compact: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    hoistTransitiveImports: false,
    manualChunks: (id, { getModuleIds, getModuleInfo }) => {
      groups ??= groupsOf(
        folder,
        new Map([...getModuleIds()].map((id) => [id, getModuleInfo(id)?.importedIds ?? []])),
        [...getModuleIds()].filter((id) => (getModuleInfo(id)?.dynamicImporters.length ?? 0) > 0),
        (id) => getModuleInfo(id)?.code?.includes(GRPC) === true,
        (id) => getModuleInfo(id)?.code?.length ?? 0,
      );
      return groups.get(id);
    },
  });
  await bundle.close();
  return output.flatMap((file) =>
    file.type === "chunk" ? [{ name: file.fileName, code: file.code, isEntry: file.isEntry }] : []
  );
}

/**
 * The chunks that are loaded by the same kinds of runs, from each one to the name of all. What else
 * is loaded now and then, `lazy`, is of two kinds more, by whether it loads gRPC: nobody shall load
 * that for something beside it.
 */
function groupsOf(
  folder: string,
  imports: ReadonlyMap<string, readonly string[]>,
  lazy: readonly string[],
  isGrpc: (id: string) => boolean,
  sizeOf: (id: string) => number,
): Map<string, string> {
  const kinds = Object.entries(LOADED_TOGETHER).map(([kind, names]) =>
    [kind, names.flatMap((name) => begun(folder, name, imports))] as const
  );
  const known = new Set(kinds.flatMap(([, ids]) => ids));
  const others = lazy.filter((id) => !known.has(id));
  const isFar = (id: string): boolean => [...reachedFrom([id], imports)].some(isGrpc);
  const loadedBy = new Map<string, string[]>();
  for (
    const [kind, ids] of [
      ...kinds,
      ["near", others.filter((id) => !isFar(id))] as const,
      ["far", others.filter(isFar)] as const,
    ]
  ) {
    for (const id of reachedFrom(ids, imports)) {
      loadedBy.set(id, [...loadedBy.get(id) ?? [], kind]);
    }
  }
  const groups = new Map<string, string>();
  for (const [id, kinds] of loadedBy) {
    const group = withoutImplied(kinds).join("-");
    if (!SINGLE.has(group)) groups.set(id, group);
  }
  joinSmall(groups, imports, sizeOf, new Set(kinds.flatMap(([, ids]) => ids)));
  return groups;
}

/** What is loaded alone, now and then, stays as it was. */
const SINGLE: ReadonlySet<string> = new Set(["near", "far", "near-far"]);
/** To read so little in vain costs less than to read one file more. */
const SMALL = 4096;

/**
 * Puts groups that are small to others, which all load that load them, if those who load the others
 * besides have loaded what they import. What begins a kind, `first`, stays where it is: a program
 * shall not import another.
 */
function joinSmall(
  groups: Map<string, string>,
  imports: ReadonlyMap<string, readonly string[]>,
  sizeOf: (id: string) => number,
  first: ReadonlySet<string>,
): void {
  const members = Map.groupBy(groups.keys(), (id) => groups.get(id)!); // its own keys
  const kindsOf = (group: string): ReadonlySet<string> => new Set(group.split("-"));
  const byKinds = [...members.keys()].sort((a, b) => kindsOf(b).size - kindsOf(a).size);
  for (const small of byKinds) {
    const ids = members.get(small)!; // one of its keys
    const isSmall = ids.reduce((sum, id) => sum + sizeOf(id), 0) <= SMALL;
    if (!isSmall || ids.some((id) => first.has(id))) continue;
    const needed = new Set(ids.flatMap((id) => imports.get(id) ?? []).map((id) => groups.get(id)));
    const host = byKinds.findLast((group) =>
      group !== small && members.has(group) && kindsOf(small).isSubsetOf(kindsOf(group)) &&
      [...needed].every((other) =>
        other === small || (other !== undefined && kindsOf(group).isSubsetOf(kindsOf(other)))
      )
    );
    if (host === undefined) continue;
    for (const id of ids) groups.set(id, host);
    members.get(host)!.push(...ids); // found among them
    members.delete(small);
  }
}

/** Of the kinds that load a chunk, those that do so first: what has been loaded is no cost to later ones. */
function withoutImplied(kinds: readonly string[]): readonly string[] {
  const has = (kind: string): boolean => kinds.includes(kind);
  // What a run here and one between machines load, each in its own time, all of them load.
  const isForAll = has("local") && (has("remote") || has("session") || has("later"));
  if (isForAll && !has("transfer")) return withoutImplied(["transfer", ...kinds]);
  // What common runs load is not set apart for the rare ones that load gRPC.
  const isCommon = has("start") || Object.keys(LOADED_BEFORE).some(has);
  return kinds.filter((kind) => {
    if (kind === "far") return !isCommon;
    // Looking loads little of what moves trees: what both need stands apart, but for what is small.
    if (kind === "near") return !has("start") && !has("transfer");
    return LOADED_BEFORE[kind]?.some(has) !== true;
  });
}

/** The chunks of the modules with this name. */
function begun(
  folder: string,
  name: string,
  imports: ReadonlyMap<string, unknown>,
): string[] {
  const pattern = new RegExp(`^${name}(?:-[A-Z0-9]{8})?\\.js$`);
  const found = [...imports.keys()].filter((id) =>
    pattern.test(relative(folder, id).replaceAll(sep, "/"))
  );
  if (found.length === 0) throw new Error(`No chunk is called "${name}"; see ${import.meta.url}.`);
  return found;
}

/** All that these import, with themselves. */
function reachedFrom(
  start: readonly string[],
  imports: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const reached = new Set(start);
  // A set goes on to what is added on the way.
  for (const id of reached) for (const next of imports.get(id) ?? []) reached.add(next);
  return reached;
}

/** Reads modules from files, which the bundler for browsers does not. */
function fromFiles(): Plugin {
  return {
    name: "files",
    resolveId(id, importer) {
      if (id.startsWith("node:")) return { id, external: true };
      return importer === undefined ? id : join(dirname(importer), id);
    },
    load: (id) => Deno.readTextFileSync(id),
  };
}
