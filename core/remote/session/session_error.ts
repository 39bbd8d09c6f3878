/**
 * Why a session cannot begin or go on, in words that may be told to the other end: no path of this
 * machine is in them that the other end has not named.
 */
export class SessionError extends Error {
  /** The class by name, for code that cannot compare classes. */
  override readonly name = "SessionError";

  /** An error of the given code and sentence. */
  constructor(
    /** A stable word, such as `"read-only"`, or an errno's name. */
    readonly code: string,
    message: string,
    /** The process exit code that fits: 1 aborted, 64 usage, 130 interrupted. */
    readonly exitCode: 1 | 64 | 130 = 1,
  ) {
    super(message);
  }
}
