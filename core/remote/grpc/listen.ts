import { ListenError } from "../acceptor.ts";
import { LinkError, quoteHost } from "./link_error.ts";

/**
 * Gives what `listen` gives, which listens on a port.
 *
 * @throws {LinkError} `cannot-listen` with a sentence that says why it cannot
 */
export function listening<Listening>(listen: () => Listening): Listening {
  try {
    return listen();
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const { address, port, cause } = error;
    const message = `Cannot listen on ${quoteHost(address, port)}: ${reasonOf(cause)}.`;
    throw new LinkError("cannot-listen", message);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "the port is in use";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.AddrNotAvailable) return "this machine has no such address";
  return error instanceof Error ? error.message : String(error);
}
