/** What an entry of a batch needs at the destination. */
export const Need = {
  /** Nothing: filtered out, failed before, or handled elsewhere. */
  None: 0,
  /** It is the same. */
  Same: 1,
  /** It is not there. */
  Create: 2,
  /** Something else of no worth keeping open is there: replace it atomically. */
  Replace: 3,
  /** The content is the same; mode, owner or times are not. */
  Metadata: 4,
  /** Left alone because of an option. */
  Skip: 5,
  /** Sizes agree and bytes must be compared. */
  Verify: 6,
  /** A directory stands where something else must go. */
  Blocked: 7,
  /** Something else stands where a directory must go. */
  Evict: 8,
  /** A regular file by its listing, not there: opened, stat'ed and copied in one go. */
  Unread: 9,
  /** Not looked at yet: it is left to a task of its own. */
  Later: 10,
} as const;
