/** A command line that cannot be carried out; nothing was done and the exit code is 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(
    message: string,
    /** The verb whose help explains it, if one was understood. */
    readonly verb?: string,
  ) {
    super(message);
  }
}
