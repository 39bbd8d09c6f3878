import type { DirectoryAt } from "../../endpoint/directory_at.ts";
import { displayPath } from "../../entry/display.ts";
import { joinPath } from "../../entry/path.ts";
import type { Name } from "../../sys/mod.ts";
import type { Module } from "../server.ts";
import { SessionError } from "./session_error.ts";

const SLASH = 47;
const DOT = 46;
const EMPTY: Name = new Uint8Array(1);

/** A path within a module, taken apart. */
export interface ModulePath {
  /** The path itself, taken for a directory. */
  readonly directory: DirectoryAt;
  /** The directory above it; for the module's root that itself. */
  readonly parent: DirectoryAt;
  /** The last component, NUL-terminated; empty for the module's root. */
  readonly name: Name;
  /** It means a directory's content: it ends with a slash or `.`, or is the module's root. */
  readonly content: boolean;
  /** `/module/path`, as it stands behind the server's name; for sentences. */
  readonly text: string;
}

/**
 * Takes a path apart that a client sent. Doubled slashes and `.` count for nothing. What it is
 * called in sentences begins at the module: where that lies is nothing that a client should know.
 *
 * @throws {SessionError} `path-outside` for an absolute path, one with `..` and one with a NUL
 */
export function parseModulePath(module: Module, given: Uint8Array): ModulePath {
  const shownRoot = new TextEncoder().encode(module.name === "" ? "//" : `/${module.name}/`);
  const refuse = (why: string): SessionError => {
    const text = displayPath(joinPath(shownRoot, given));
    return new SessionError(
      "path-outside",
      `The path "${text}" is not within a module: ${why}.`,
      64,
    );
  };
  if (given.includes(0)) throw refuse("it holds a NUL byte");
  if (given[0] === SLASH) throw refuse("it begins with a slash");
  let path = EMPTY;
  let parent = EMPTY;
  let name = EMPTY;
  let content = true;
  for (let start = 0; start <= given.length;) {
    const slash = given.indexOf(SLASH, start);
    const end = slash < 0 ? given.length : slash;
    const component = given.slice(start, end);
    const isDots = component.every((byte) => byte === DOT);
    if (isDots && component.length === 2) throw refuse('".." leads out of it');
    content = isDots && component.length < 2;
    if (!content) {
      parent = path;
      name = joinPath(component, EMPTY);
      path = joinPath(path, component);
    }
    start = end + 1;
  }
  const at = (beneath: Name): DirectoryAt => ({
    root: module.path,
    beneath,
    shown: joinPath(shownRoot, beneath),
  });
  const shown = displayPath(joinPath(shownRoot, path));
  return {
    directory: at(path),
    parent: at(parent),
    name,
    content,
    text: content && !shown.endsWith("/") ? `${shown}/` : shown,
  };
}
