import { Failures } from "../listing/failures.ts";
import type { ListingFailure } from "../listing/types.ts";
import type { ListingWork } from "../listing/work.ts";
import { Errno, type Sys } from "../sys/mod.ts";
import type { NamedEntry } from "./named_entry.ts";
import type { Removed } from "./removed.ts";

const HERE = new Uint8Array(0);

/** Removes one entry that is no directory: there may be thousands that were named. */
export class EntryRemoval implements ListingWork<Removed> {
  #isDone = false;

  constructor(
    readonly sys: Sys,
    readonly named: NamedEntry,
    readonly dryRun: boolean,
    readonly chunk: Removed,
  ) {}

  next(): Removed | ListingFailure | undefined {
    if (this.#isDone) return undefined;
    this.#isDone = true;
    const { sys, named, chunk } = this;
    const result = this.dryRun ? 0 : sys.unlink(named.directory, named.name);
    if (result === -Errno.ENOENT) return undefined;
    if (result < 0) {
      const failures = new Failures(named.shown);
      const why = result === -Errno.EISDIR ? "REPLACED" : result;
      failures.add(HERE, named.name, "remove", why);
      return failures.take();
    }
    chunk.clear();
    chunk.add(HERE, 0, HERE, 0, named.kind, named.size);
    return chunk;
  }

  close(): void {
    this.#isDone = true;
    this.sys.close(this.named.directory);
  }
}
