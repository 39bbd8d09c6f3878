import { displayPath, nameOf } from "../core/entry/display.ts";
import type { Module } from "../core/remote/server.ts";
import { errnoWords, type Name, type Sys } from "../core/sys/mod.ts";
import type { Config, ModuleTable, Problem } from "./config/mod.ts";

/** As long as one name in a directory, which a client may take it for. */
const LONGEST_NAME = 255;

/** The modules of the file; what is wrong with them goes to `problems`. */
export function checkModules(config: Config, problems: Problem[], sys: Sys): Module[] {
  const first = new Map<string, Problem>();
  config.modules.forEach((table, index) => {
    const add = (key: "name" | "path", problem: string | undefined): void => {
      if (problem === undefined) return;
      problems.push(config.problem(`"${key}" ${problem}.`, ["module", index, key]));
    };
    add("name", nameProblem(table.name));
    const earlier = first.get(table.name);
    if (earlier === undefined) first.set(table.name, config.problem("", ["module", index, "name"]));
    else {
      const place = earlier.at === undefined ? "" : `, in line ${earlier.at.line}`;
      add("name", `is taken: another module is called ${JSON.stringify(table.name)}${place}`);
    }
    add("path", pathProblem(table.path, sys));
  });
  return config.modules.map(moduleOf);
}

/** Why a directory cannot be served, or undefined. */
export function directoryProblem(sys: Sys, path: Name): string | undefined {
  const directory = sys.openRoot(path);
  if (directory < 0) return errnoWords(-directory);
  sys.close(directory);
  return undefined;
}

function moduleOf(table: ModuleTable): Module {
  return {
    name: table.name,
    path: nameOf(table.path),
    comment: table.comment ?? "",
    readOnly: table.read_only ?? false,
    useChroot: table.use_chroot ?? false,
  };
}

/** A client names a module as the first component of a path. */
function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty; a module needs a name";
  if (name === "." || name === "..") return `cannot be "${name}"`;
  if (name.includes("/")) return 'holds a slash; "server:/NAME/path" could not name the module';
  if (/[\p{Cc}\u2028\u2029]/u.test(name)) return "holds a control character";
  const length = new TextEncoder().encode(name).length;
  return length > LONGEST_NAME ? `is longer than ${LONGEST_NAME} bytes` : undefined;
}

/** Why a path in the file cannot be served, or undefined. */
export function pathProblem(path: string, sys: Sys): string | undefined {
  if (!isAbsolute(path)) return "takes an absolute path, such as /srv/photos";
  if (path.includes("\0")) return "holds a NUL character";
  const name = nameOf(path);
  const problem = directoryProblem(sys, name);
  return problem === undefined ? undefined : `cannot be served: "${displayPath(name)}": ${problem}`;
}

/** A file is read by a daemon that was started anywhere: nothing in it may depend on where. */
function isAbsolute(path: string): boolean {
  return path.startsWith("/") || (Deno.build.os === "windows" && /^[a-z]:[\\/]/i.test(path));
}
