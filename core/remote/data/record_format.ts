/**
 * The records of the data plane as bytes: docs/protocol/data-plane.md says it in full. Each is a
 * header of 48 bytes, little endian, whose unused bytes are 0; what else it has follows.
 */

/** Kinds of records. */
export const RecordType = {
  /** Small files, packed into a tar archive. */
  Shard: 1,
  /** A large file begins. */
  File: 2,
  /** A part of its content. */
  Blocks: 3,
  /** The file ends: whole, or not. */
  FileEnd: 4,
  /** An entry that cannot be sent at all. */
  Failed: 5,
  /** Nothing more comes. */
  End: 6,
  /** The state of the file that begins next. */
  State: 7,
  /** A part of the file's content that the receiver has said it has. */
  Kept: 8,
  /** What a new directory lists; its content follows unasked. */
  Batch: 9,
} as const;

/** A kind of record. */
export type RecordType = typeof RecordType[keyof typeof RecordType];

/** The first byte of each record. */
export const RECORD_MAGIC = 0xb1;
/** Bytes of a record's header. */
export const RECORD_HEADER_BYTES = 48;
/** Files in one shard at most; a batch has as many. */
export const SHARD_PAIRS_MAX = 4096;
/** Bytes of one shard at most: what a core/shard slot holds. */
export const SHARD_BYTES_MAX: number = 8 << 20;
/** Bytes of one `Blocks` record at most. */
export const BLOCKS_BYTES_MAX: number = 64 << 20;

/** Bytes that a `State` record carries. */
export const RECORD_STATE_BYTES = 24;

/** What a directory has to wait for that is sent unasked. */
export interface Listed {
  /** The stream that has brought the batch which lists it. */
  readonly stream: number;
  /** How many batches had come by that stream then, that one included; 0: there is nothing to wait for. */
  readonly batches: number;
}

/** The state of the file that is being sent; it may have changed since it was scanned. */
export interface FileState {
  /** Number of the batch. */
  batch: number;
  /** Number of the entry in it. */
  entry: number;
  /** Bytes of the whole file, holes included. */
  size: number;
  mtimeSeconds: number;
  mtimeNanoseconds: number;
  /** Kind and permissions, as in stat(2). */
  mode: number;
  uid: number;
  gid: number;
  /** 512-byte blocks in use; fewer than `size` needs: there are holes. */
  blocks: number;
}

/** Why an entry could not be sent. */
export interface SendFailure {
  /** What was being done, as the two ends number it. Up to 255. */
  operation: number;
  /** The errno, or 0 if `code` says what it was. */
  errno: number;
  /** A failure that no errno tells, as the two ends number them, or 0. */
  code: number;
}
