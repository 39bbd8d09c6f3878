/**
 * A run that could not begin or had to stop: bad arguments (`usage`) or something that makes
 * going on pointless or dangerous (`aborted`: a full disk, a source that is not there).
 */
export class TransferError extends Error {
  /** The class by name, for code that cannot compare classes. */
  override readonly name = "TransferError";
  /** The process exit code that fits: 1 aborted, 64 usage. */
  readonly exitCode: 1 | 64;

  /** An error of the given code and sentence. */
  constructor(
    /** Stable code, such as `"source-missing"`, `"ENOSPC"`. */
    readonly code: string,
    message: string,
    kind: "usage" | "aborted" = "aborted",
  ) {
    super(message);
    this.exitCode = kind === "usage" ? 64 : 1;
  }
}
