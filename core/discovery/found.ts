/** A daemon that has answered, as `scan` gives it. */
export interface FoundDaemon {
  /** Its name, any text; two daemons on different links may have the same. */
  readonly name: string;
  /** The host's name, such as `"studio.local"`. */
  readonly host: string;
  /** Its addresses, the best to reach first; link-local ones with their zone. */
  readonly addresses: readonly string[];
  /** Its control port. */
  readonly port: number;
  /**
   * The server as it is named where a host is asked for: an address that can be reached from here,
   * and the port unless it is the default one.
   */
  readonly endpoint: string;
  /** The program's version; undefined where it does not say. */
  readonly version?: string;
  /** The protocol's version, `major.minor`. */
  readonly protocol?: string;
  /** Names of its modules: all of them, or those that the record has room for. */
  readonly modules: readonly string[];
  /** How many modules there are; never fewer than are named. */
  readonly moduleCount: number;
  /** Whether there is a default export, `server://`; undefined where it does not say. */
  readonly defaultExport?: boolean;
  /** What it wants a client to show; `"none"` for nothing. */
  readonly authentication?: string;
  /** Names of the interfaces over which it answered. */
  readonly interfaces: readonly string[];
}

/** How `scan` looks for daemons. */
export interface ScanOptions {
  /** How long answers are waited for, in milliseconds; 2000 unless told. */
  readonly timeoutMs?: number;
  /** Ends it: what it was aborted with is thrown. */
  readonly signal?: AbortSignal;
}
