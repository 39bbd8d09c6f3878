/** A tree that a daemon exports by name. */
export interface ModuleInfo {
  /** As it stands in `server:/name/`. */
  readonly name: string;
  /** What it is, for people; may be empty. */
  readonly comment: string;
  /** Nothing in it can be changed. */
  readonly readOnly: boolean;
}

/** What a daemon exports. */
export interface ModuleList {
  /** The modules, in the order of the daemon's configuration. */
  readonly modules: readonly ModuleInfo[];
  /** The daemon's message of the day; may be empty, may have several lines. */
  readonly motd: string;
  /** Something is served where no module is named, as `server://`. */
  readonly defaultExport: boolean;
  /** What is served there cannot be changed. */
  readonly defaultReadOnly: boolean;
  /** The daemon's version, such as `"0.1.0"`. */
  readonly version: string;
}

/** How a daemon is asked. */
export interface AskOptions {
  /** How long reaching the daemon may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}
