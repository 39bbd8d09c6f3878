/**
 * Looking at trees and clearing them through a daemon: the client's calls, and what the daemon does
 * when it is called. Both ends speak `Answer`s of proto/blit.proto, which stream.
 * docs/protocol/control-plane.md tells their limits.
 *
 * @module
 */
import type { HostEndpoint } from "../../endpoint/host.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import type { PathCompletions } from "../../listing/complete.ts";
import type {
  FilesystemRow,
  FindOptions,
  Listing,
  ListingFailure,
  ListOptions,
  Usage,
  UsageOptions,
} from "../../listing/mod.ts";
import type { RemovedRows } from "../../removal/mod.ts";
import type { AskOptions, ModuleList } from "./types.ts";

/** What `list` gives of a place that a daemon exports. */
export function listRemotely(
  _place: RemoteEndpoint,
  _options: ListOptions,
): AsyncGenerator<Listing | ListingFailure, void, void> {
  throw new Error("not built yet");
}
/** What `find` gives of a place that a daemon exports. */
export function findRemotely(
  _place: RemoteEndpoint,
  _options: FindOptions,
): AsyncGenerator<Listing | ListingFailure, void, void> {
  throw new Error("not built yet");
}
/** What `du` gives of a place that a daemon exports. */
export function usageRemotely(
  _place: RemoteEndpoint,
  _options: UsageOptions,
): AsyncGenerator<Usage | ListingFailure, void, void> {
  throw new Error("not built yet");
}
/** How full the file system is that holds a place that a daemon exports. */
export function statRemotely(
  _place: RemoteEndpoint,
  _options: AskOptions,
): Promise<FilesystemRow> {
  throw new Error("not built yet");
}
/** Removes places of one module; `endpoint` of what it gives counts in `places`. */
export function purgeRemotely(
  _places: readonly RemoteEndpoint[],
  _options: {
    readonly recursive: boolean;
    readonly dryRun: boolean;
    readonly signal: AbortSignal | undefined;
  },
): AsyncGenerator<RemovedRows | ListingFailure, void, void> {
  throw new Error("not built yet");
}
/** What a daemon exports. */
export function modulesRemotely(_host: HostEndpoint, _options: AskOptions): Promise<ModuleList> {
  throw new Error("not built yet");
}
/** The modules of a daemon whose names begin with what was typed. */
export function completeModules(
  _host: HostEndpoint,
  _typed: Uint8Array,
  _options: AskOptions,
): Promise<PathCompletions> {
  throw new Error("not built yet");
}
/** How the last component of a path in a module may go on. */
export function completePath(
  _host: HostEndpoint,
  _module: string,
  _typed: Uint8Array,
  _options: AskOptions & { readonly limit?: number },
): Promise<PathCompletions> {
  throw new Error("not built yet");
}
