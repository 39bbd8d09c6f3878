import type { SendFailure } from "../data/record_format.ts";

/** What was being done when an entry could not be sent, as records number it. */
export const SendOperation = { open: 1, read: 2 } as const;

/** Reasons that no errno tells, as records number them. */
export const SendCode = {
  /** Nothing but the errno. */
  None: 0,
  /** It kept changing while it was read: what was sent of it must not be kept. */
  Changed: 1,
  /** It grew while it was read: what was sent is a state that was, and is kept. */
  Grew: 2,
  /** It changed while it was read, and follows once more. */
  Again: 3,
} as const;

/** A failure as a record carries it. */
export function sendFailure(
  operation: keyof typeof SendOperation,
  errno: number,
  code: number = SendCode.None,
): SendFailure {
  return { operation: SendOperation[operation], errno, code };
}
