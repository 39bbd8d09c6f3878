import { ListenError } from "../acceptor.ts";
import { Http2Server, type Http2ServerOptions } from "../http2/mod.ts";
import { LinkError, quoteHost } from "./link_error.ts";

/**
 * Listens on a port of some addresses; port 0 takes one that is free on the first.
 *
 * @throws {LinkError} with a sentence that says why not
 */
export function listen(options: Http2ServerOptions): Http2Server {
  try {
    return new Http2Server(options);
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
