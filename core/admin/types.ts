import type { ListingFailure } from "../listing/types.ts";

/** What would be removed, for whoever has to agree. */
export interface RemovalRequest {
  /** Entries that would go, directories and all below them counted one by one. */
  readonly count: number;
  /** Bytes that their files hold. */
  readonly bytes: number;
  /** Entries that could not be looked at; they would stay. */
  readonly failures: readonly ListingFailure[];
}

/** How `remove` removes, and who has to agree. */
export interface RemoveOptions {
  /** Directories too, with everything below. Without it a directory is refused. */
  readonly recursive?: boolean;
  /** Tell what would be removed and remove nothing. */
  readonly dryRun?: boolean;
  /** Ends it; what has been removed stays removed. */
  readonly signal?: AbortSignal;
  /**
   * Asked once, after everything was looked at and before anything is removed; unless it says
   * true, nothing is.
   */
  readonly confirm?: (request: RemovalRequest) => boolean | Promise<boolean>;
}

export type {
  AskOptions as ModulesOptions,
  ModuleInfo,
  ModuleList,
} from "../remote/admin/types.ts";
export type { RemovedRows } from "../removal/mod.ts";
export type { PathCompletions as Completions } from "../listing/complete.ts";

/** How {@linkcode complete} completes. */
export interface CompleteOptions {
  /** Names at most; 200 unless told. */
  readonly limit?: number;
  /** How long reaching a daemon may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}
