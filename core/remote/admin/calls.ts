import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import type { HostEndpoint } from "../../endpoint/host.ts";
import type { PathCompletions } from "../../listing/complete.ts";
import { Criteria } from "../../listing/criteria.ts";
import {
  type FindOptions,
  Listing,
  type ListingFailure,
  type ListOptions,
  Usage,
  type UsageOptions,
} from "../../listing/mod.ts";
import type { FilesystemRow } from "../../listing/types.ts";
import { type RemovalRules, Removed, type RemovedRows } from "../../removal/mod.ts";
import type { Question } from "../grpc/mod.ts";
import { type Address, ask, askOnce, type Body, outOfTurn, withDaemon } from "./ask.ts";
import { entriesFromWire } from "./entries_wire.ts";
import { ExpressionFilter } from "./expression_filter.ts";
import { findToWire, pathOf, placeOf } from "./question_wire.ts";
import {
  completionsFromWire,
  failuresFromWire,
  filesystemFromWire,
  removalsFromWire,
  shown,
  usagesFromWire,
} from "./rows_wire.ts";
import type { AskOptions, ModuleList } from "./types.ts";

const SLASH = 47;

type Signal = { readonly signal?: AbortSignal | undefined };

/** What `list` gives of a place that a daemon exports. */
export function listRemotely(
  place: RemoteEndpoint,
  options: ListOptions,
): AsyncGenerator<Listing | ListingFailure, void, void> {
  const { recursive = false, targets = false, pathsOnly = false, hashes = false } = options;
  const value = { place: placeOf(place), recursive, targets, pathsOnly, hashes };
  return listings(place, { $case: "list", value }, options);
}

/** What `find` gives of a place that a daemon exports. */
export async function* findRemotely(
  place: RemoteEndpoint,
  options: FindOptions,
): AsyncGenerator<Listing | ListingFailure, void, void> {
  // What means nothing is refused here, as it is of a place on this machine.
  new Criteria(options, 0);
  const filter = options.regex === undefined ? undefined : new ExpressionFilter(options);
  const question = { $case: "find" as const, value: findToWire(place, options) };
  for await (const chunk of listings(place, question, options)) {
    yield filter === undefined || chunk.type === "failure" ? chunk : filter.take(chunk);
    if (filter?.isDone === true) return;
  }
}

async function* listings(
  address: Address,
  question: Question,
  options: Signal,
): AsyncGenerator<Listing | ListingFailure, void, void> {
  const listing = new Listing();
  for await (const body of ask(address, question, options)) {
    if (body.$case === "failures") yield* failuresFromWire(body.value);
    else if (body.$case === "entries") {
      entriesFromWire(body.value, listing);
      yield listing;
    } else throw outOfTurn(body);
  }
}

/** What `du` gives of a place that a daemon exports. */
export async function* usageRemotely(
  place: RemoteEndpoint,
  { maxDepth, all = false, signal }: UsageOptions,
): AsyncGenerator<Usage | ListingFailure, void, void> {
  const depth = maxDepth === undefined ? undefined : Math.min(maxDepth, 0xffff_ffff);
  const value = { place: placeOf(place), maxDepth: depth, all };
  const usage = new Usage();
  for await (const body of ask(place, { $case: "diskUsage", value }, { signal })) {
    if (body.$case === "failures") yield* failuresFromWire(body.value);
    else if (body.$case === "usages") {
      usagesFromWire(body.value, usage);
      yield usage;
    } else throw outOfTurn(body);
  }
}

/** How full the file system is that holds a place that a daemon exports. */
export async function statRemotely(
  place: RemoteEndpoint,
  options: AskOptions,
): Promise<FilesystemRow> {
  const value = { place: placeOf(place) };
  const body = await askOnce(place, { $case: "filesystemStats", value }, options);
  if (body.$case === "filesystem") return filesystemFromWire(body.value);
  throw outOfTurn(body);
}

/** Removes places of one module; `endpoint` of what it gives counts in `places`. */
export async function* purgeRemotely(
  places: readonly RemoteEndpoint[],
  { recursive, dryRun, signal }: RemovalRules & Signal,
): AsyncGenerator<RemovedRows | ListingFailure, void, void> {
  const [first] = places;
  if (first === undefined) return;
  const paths = places.map(pathOf);
  const value = { module: first.module ?? "", paths, recursive, dryRun };
  const rows = new Removed();
  for await (const body of ask(first, { $case: "purge", value }, { signal })) {
    if (body.$case === "failures") yield* failuresFromWire(body.value);
    else if (body.$case === "removals" && body.value.source < places.length) {
      removalsFromWire(body.value, rows);
      yield { type: "removed", endpoint: body.value.source, rows };
    } else throw outOfTurn(body);
  }
}

/** What a daemon exports. */
export function modulesRemotely(host: HostEndpoint, options: AskOptions): Promise<ModuleList> {
  return withDaemon(host, options, async (connection) => {
    const reply = await connection.listModules();
    return {
      modules: reply.modules.map(({ name, comment, readOnly }) => ({ name, comment, readOnly })),
      motd: reply.motd,
      defaultExport: reply.defaultExport,
      defaultReadOnly: reply.defaultReadOnly,
      version: shown(reply.hello?.version ?? ""),
    };
  });
}

/** The modules of a daemon whose names begin with what was typed. */
export async function completeModules(
  host: HostEndpoint,
  typed: Uint8Array,
  options: AskOptions & { readonly limit?: number },
): Promise<PathCompletions> {
  const { modules, defaultExport } = await modulesRemotely(host, options);
  const encoder = new TextEncoder();
  // What is exported by default has no name: `server://`.
  const all = [...defaultExport ? [""] : [], ...modules.map(({ name }) => name)];
  const names = all.filter((name) => !name.includes("/")).map((name) => encoder.encode(`${name}/`))
    .filter((name) => typed.every((byte, at) => name[at] === byte));
  const limit = options.limit ?? names.length;
  return { names: names.slice(0, limit), more: names.length > limit };
}

/** How the last component of a path in a module may go on. */
export async function completePath(
  host: HostEndpoint,
  module: string,
  typed: Uint8Array,
  options: AskOptions & { readonly limit?: number },
): Promise<PathCompletions> {
  const value = { place: { module, path: typed }, limit: options.limit ?? 0 };
  const body: Body = await askOnce(host, { $case: "completePath", value }, options);
  if (body.$case === "completions") {
    return completionsFromWire(body.value, typed.subarray(typed.lastIndexOf(SLASH) + 1));
  }
  throw outOfTurn(body);
}
