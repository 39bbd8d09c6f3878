import type { Server, ServerCredentials } from "./library.ts";
import { LinkError, quoteHost } from "./link_error.ts";

/**
 * Binds a server to a port of some addresses; port 0 takes one that is free on the first.
 *
 * @throws {LinkError} with a sentence that says why not
 */
export async function listen(
  server: Server,
  credentials: ServerCredentials,
  addresses: readonly string[],
  port: number,
): Promise<number> {
  let bound = port;
  for (const address of addresses) {
    bound = await new Promise<number>((resolve, reject) => {
      const target = address.includes(":") ? `[${address}]:${bound}` : `${address}:${bound}`;
      server.bindAsync(target, credentials, (error, actual) => {
        if (error === null) resolve(actual);
        else reject(explain(error.message, address, bound));
      });
    });
  }
  return bound;
}

function explain(details: string, address: string, port: number): LinkError {
  const why = details.includes("EADDRINUSE")
    ? "the port is in use"
    : details.includes("EACCES")
    ? "permission denied"
    : details.includes("EADDRNOTAVAIL")
    ? "this machine has no such address"
    : details;
  return new LinkError("cannot-listen", `Cannot listen on ${quoteHost(address, port)}: ${why}.`);
}
