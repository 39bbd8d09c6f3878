/** What a batch says of the directory whose entries it holds. Bits of {@linkcode BatchHead.flags}. */
export const BatchFlag = {
  /** The first batch of its directory; it carries the directory's own stat. */
  First: 1,
  /** The last batch of its directory. */
  Last: 2,
  /** The listing failed: entries are missing, so no extras may be derived. */
  Incomplete: 4,
  /** Hard links are to be made at once, not in a later phase. */
  LinksNow: 8,
  /** Whatever blocked these entries at the destination has been cleared away. */
  Cleared: 16,
} as const;

/** Which directory a batch belongs to. */
export interface BatchHead {
  /** The batch's number: 1 to 2^32 - 1, unique in the session. */
  number: number;
  /** The number of the batch that lists this directory; 0 for a root. */
  parent: number;
  /** Which entry of `parent` the directory is: 0 to 4,095. */
  parentEntry: number;
  /** Which of the session's sources this is: 0 to 65,535. */
  source: number;
  /** Bits of {@linkcode BatchFlag}. */
  flags: number;
  /** The directory's path relative to the roots; may be empty; NUL-terminated once decoded. */
  path: Uint8Array<ArrayBuffer>;
}

/** A batch's head with the numbers that the main thread needs of its entries. */
export interface BatchSummary extends BatchHead {
  /** How many entries there are. */
  entries: number;
  /** How many of them take part and are directories. */
  directories: number;
  /** How many take part, are no directories and have more than one link. */
  links: number;
}

/**
 * The head of an encoded batch, without looking at its entries.
 * Throws a {@linkcode WireError} for a malformed one.
 */
export function peekBatch(_bytes: Uint8Array): BatchSummary {
  throw new Error("Not written yet");
}
