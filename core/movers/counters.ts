/**
 * What a mover counts. Each mover owns one row of doubles in shared memory and is its only
 * writer; the main thread adds the rows up. A torn read cannot happen: a double is written whole
 * on every 64-bit machine.
 */
export const Counter = {
  Scanned: 0,
  FilesCreated: 1,
  FilesUpdated: 2,
  MetadataUpdated: 3,
  DirectoriesCreated: 4,
  SymlinksCreated: 5,
  LinksCreated: 6,
  SpecialsCreated: 7,
  Same: 8,
  Skipped: 9,
  BytesTransferred: 10,
  BytesTotal: 11,
  Deleted: 12,
  DestinationEntries: 13,
  Moved: 14,
  Failures: 15,
  /** Share of the phase's work done by this mover. */
  Fraction: 16,
  /** When the first byte was written, in milliseconds since 1970; 0 before. */
  FirstPayload: 17,
  /** The kernel's id of the mover's thread. */
  ThreadId: 18,
  Extras: 19,
  /** Bytes that have passed on the mover's data stream; of a remote run's own end alone. */
  WireBytes: 20,
  /** Bytes that were there already, and were not moved again (resume, deltas). */
  BytesResumed: 21,
  /**
   * Bytes that were read to see whether they are the source's, so that long reading is no rest; an
   * end that waits for its disks adds what the machine has put on them, in MiB.
   */
  BytesProved: 22,
  /** Temporaries of other runs that a dry run has seen, and a run would remove if nobody holds them. */
  LeftOvers: 23,
} as const;

/** Doubles in one mover's row; a multiple of a cache line. */
export const COUNTERS = 24;

/** Sum of one counter over the rows of all movers. */
export function totalOf(rows: Float64Array, counter: number): number {
  let sum = 0;
  for (let at = counter; at < rows.length; at += COUNTERS) sum += rows[at]!; // below the length
  return sum;
}

/** The smallest value of one counter that a mover has set. */
export function earliestOf(rows: Float64Array, counter: number): number | undefined {
  let earliest: number | undefined;
  for (let at = counter; at < rows.length; at += COUNTERS) {
    const value = rows[at]!; // below the length
    if (value > 0 && (earliest === undefined || value < earliest)) earliest = value;
  }
  return earliest;
}
