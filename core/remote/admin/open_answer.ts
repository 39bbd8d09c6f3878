import type { Answer } from "../../../proto/generated/blit.ts";
import { completeBeneath } from "../../listing/complete.ts";
import { filesystemStats } from "../../listing/filesystem_stats.ts";
import { FileHash } from "../../listing/hashing.ts";
import {
  type Listing,
  type ListingFailure,
  type ListingStart,
  type ListingWork,
  openFind,
  openListing,
  openUsage,
  type Usage,
} from "../../listing/mod.ts";
import { openRemovals, refuseDots, type RemovedRows } from "../../removal/mod.ts";
import { errnoName, errnoWords, type Sys } from "../../sys/mod.ts";
import type { Place, PurgeRequest } from "../../../proto/generated/blit.ts";
import type { Question } from "../grpc/mod.ts";
import type { Module } from "../server.ts";
import { parseModulePath } from "../session/module_path.ts";
import { SessionError } from "../session/session_error.ts";
import { entriesToWire } from "./entries_wire.ts";
import { findFromWire } from "./question_wire.ts";
import { filesystemToWire, removalsToWire, usagesToWire } from "./rows_wire.ts";

type Body = NonNullable<Answer["body"]>;

/** A piece of an answer. */
export interface AnswerStep {
  readonly body: Body;
  /** Entries in it. */
  readonly entries: number;
}

/** Something that gives an answer piece by piece; see {@linkcode ListingWork}. */
export interface AnswerWork {
  /** The next piece, a failure below the place, or null where there is none yet; undefined at the end. */
  next(): AnswerStep | ListingFailure | null | undefined;
  close(): void;
}

/** Paths that one question may name to be removed. */
const MOST_PATHS = 10_000;

/**
 * Begins to answer a question about a module.
 *
 * @throws {SessionError} for a path that is not within the module
 * @throws {TransferError} for what is not there or means nothing
 */
export function openAnswer(sys: Sys, module: Module, question: Question): AnswerWork {
  switch (question.$case) {
    case "list": {
      const { recursive, targets, pathsOnly, hashes } = question.value;
      const start = startIn(module, question.value.place);
      const hash = hashes ? new FileHash() : undefined;
      return entries(openListing(sys, start, { recursive, targets, pathsOnly }, hash));
    }
    case "find":
      return entries(
        openFind(sys, startIn(module, question.value.place), findFromWire(question.value)),
      );
    case "diskUsage": {
      const { place, maxDepth, all } = question.value;
      const options = { all, ...(maxDepth === undefined ? {} : { maxDepth }) };
      return pieces(openUsage(sys, startIn(module, place), options), (chunk: Usage) => ({
        body: { $case: "usages", value: usagesToWire(chunk) },
        entries: chunk.count,
      }));
    }
    case "filesystemStats": {
      const row = filesystemStats(sys, startIn(module, question.value.place));
      return once({ $case: "filesystem", value: filesystemToWire(row, module.readOnly) });
    }
    case "purge":
      return purge(sys, module, question.value);
    case "completePath":
      return complete(sys, module, question.value.place, question.value.limit);
  }
}

/** Where to begin, beneath the module's root. */
function startIn(module: Module, place: Place | undefined): ListingStart {
  const { directory, parent, name, content, text } = parseModulePath(module, pathIn(place));
  return content ? { directory, only: undefined, text } : { directory: parent, only: name, text };
}

function pathIn(place: Place | undefined): Uint8Array {
  if (place === undefined) throw new SessionError("question", "The question names no place.", 64);
  return place.path;
}

function purge(
  sys: Sys,
  module: Module,
  { paths, recursive, dryRun }: Omit<PurgeRequest, "hello">,
): AnswerWork {
  if (paths.length === 0 || paths.length > MOST_PATHS) {
    const many = `${paths.length} paths are none, or more than are removed at once.`;
    throw new SessionError("question", many, 64);
  }
  const removables = paths.map((path) => {
    refuseDots(path);
    return parseModulePath(module, path);
  });
  const work = openRemovals(sys, removables, { recursive, dryRun });
  return pieces(work, (chunk: RemovedRows) => ({
    body: { $case: "removals", value: removalsToWire(chunk) },
    entries: chunk.rows.count,
  }));
}

function complete(
  sys: Sys,
  module: Module,
  place: Place | undefined,
  limit: number,
): AnswerWork {
  const typed = pathIn(place);
  const root = sys.openRoot(module.path);
  const found = root < 0
    ? root
    : completeBeneath(sys, root, typed, limit === 0 ? undefined : limit);
  if (root >= 0) sys.close(root);
  if (typeof found === "number") {
    const why = errnoWords(-found);
    throw new SessionError(errnoName(-found), `The path cannot be completed: ${why}.`);
  }
  return once({ $case: "completions", value: { names: [...found.names], more: found.more } });
}

function entries(work: ListingWork<Listing>): AnswerWork {
  return pieces(work, (chunk) => ({
    body: { $case: "entries", value: entriesToWire(chunk) },
    entries: chunk.count,
  }));
}

/** The chunks of a walk as pieces of an answer. */
function pieces<Chunk extends { readonly type: string }>(
  work: ListingWork<Chunk>,
  make: (chunk: Chunk) => AnswerStep,
): AnswerWork {
  return {
    close: () => work.close(),
    next: () => {
      const step = work.next();
      if (step === undefined) return undefined;
      if (isFailure(step)) return step;
      const piece = make(step);
      return piece.entries === 0 ? null : piece;
    },
  };
}

function isFailure(step: { readonly type: string }): step is ListingFailure {
  return step.type === "failure";
}

function once(body: Body): AnswerWork {
  let isSaid = false;
  return {
    close: () => {},
    next: () => {
      if (isSaid) return undefined;
      isSaid = true;
      return { body, entries: 1 };
    },
  };
}
