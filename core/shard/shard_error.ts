/** What can be wrong with a shard, or with what was to be packed into one. Stable. */
export type ShardErrorCode =
  | "bad-checksum"
  | "not-ustar"
  | "bad-number"
  | "number-too-large"
  | "unsupported-type"
  | "bad-name"
  | "bad-link"
  | "bad-pax"
  | "pax-too-large"
  | "unsupported-pax"
  | "unexpected-content"
  | "bad-end"
  | "trailing-data"
  | "truncated"
  | "entry-too-large";

/** A shard that cannot be read, or an entry that cannot be packed; `code` says why. */
export class ShardError extends Error {
  /** The reason, for programs. */
  readonly code: ShardErrorCode;

  /** Makes the error that says `sentence` for the reason `code`. */
  constructor(code: ShardErrorCode, sentence: string) {
    super(sentence);
    this.name = "ShardError";
    this.code = code;
  }
}

/** Codes and sentences in the order of the statuses in wasm/assembly/tar_status.ts: -1, -2, ... */
const FAULTS: readonly (readonly [ShardErrorCode, string])[] = [
  ["bad-checksum", "the header's checksum is wrong"],
  ["not-ustar", "the header is not POSIX ustar"],
  ["bad-number", "a number in the header is malformed"],
  ["number-too-large", "a number in the header is out of range"],
  ["unsupported-type", "the entry is no file, directory, symbolic or hard link"],
  ["bad-name", 'the name is empty, too long, absolute, has ".." in it or ends in a slash'],
  ["bad-link", "the link target is empty, too long or, for a hard link, no name"],
  ["bad-pax", "the pax header is malformed"],
  ["pax-too-large", "the pax header is larger than 192 KiB"],
  ["unsupported-pax", "the pax header asks for something unknown"],
  ["unexpected-content", "a link or directory claims to have content"],
  ["bad-end", "the first of two closing zero blocks stands alone"],
];

/** The error for a negative status of the WASM module. */
export function faultOf(status: number, doing: string): ShardError {
  const fault = FAULTS[-status - 1];
  if (fault === undefined) throw new Error(`Unknown status ${status} from blit.wasm`);
  return new ShardError(fault[0], `${doing}: ${fault[1]}`);
}
