import type { LocalPath } from "../../endpoint/mod.ts";
import {
  findSource,
  localSource,
  type NamedSource,
  type SourceFact,
  sourceHalf,
} from "../../endpoint/source.ts";
import { trimNul } from "../../entry/path.ts";
import type { JobSource } from "../../movers/job.ts";
import type { Name, Sys } from "../../sys/mod.ts";
import type { Work } from "../../transfer/options.ts";
import type { Module } from "../server.ts";
import { MAX_SOURCES } from "./check_facts.ts";
import { parseModulePath } from "./module_path.ts";
import { readOnly } from "./read_only.ts";
import { SessionError } from "./session_error.ts";

const EMPTY: Name = new Uint8Array(1);

/** What the end that holds the sources says of them. */
export interface FoundSources {
  /** For its own job; the destination is elsewhere. */
  readonly jobSources: readonly JobSource[];
  /** For the other end, in the same order; names without NUL. */
  readonly facts: readonly SourceFact[];
}

/**
 * Looks at a client's sources. With a list of files they mean their content, with or without a
 * slash, for listed paths are relative to the source itself, as with rsync.
 *
 * @throws {TransferError} for one that is not there or cannot be reached
 */
export function findLocalSources(
  sys: Sys,
  sources: readonly LocalPath[],
  hasFileList: boolean,
): FoundSources {
  return find(
    sys,
    sources.map((path) => localSource(hasFileList ? { ...path, content: true } : path)),
  );
}

/**
 * Looks at a daemon's sources, paths within a module as the client sent them.
 *
 * @throws {SessionError} for paths that are not within the module, and for a `move` out of a
 * read-only module
 * @throws {TransferError} for one that is not there or cannot be reached
 */
export function findModuleSources(
  sys: Sys,
  verb: Work,
  module: Module,
  paths: readonly Uint8Array[],
  hasFileList: boolean,
): FoundSources {
  if (verb === "move" && module.readOnly) throw readOnly(module);
  if (paths.length === 0 || paths.length > MAX_SOURCES) {
    throw new SessionError(
      "sources",
      `${paths.length} sources are none, or more than are possible.`,
    );
  }
  return find(
    sys,
    paths.map((given): NamedSource => {
      const { directory, parent, name, content, text } = parseModulePath(module, given);
      return hasFileList || content
        ? { directory, only: undefined, name, text }
        : { directory: parent, only: name, name, text };
    }),
  );
}

function find(sys: Sys, sources: readonly NamedSource[]): FoundSources {
  const facts = sources.map((source) => {
    const fact = findSource(sys, source);
    return { ...fact, name: Uint8Array.from(trimNul(fact.name)) };
  });
  const half = { destination: undefined, absent: true, fresh: false, prefix: EMPTY };
  return { facts, jobSources: sources.map((source) => ({ ...sourceHalf(source), ...half })) };
}
