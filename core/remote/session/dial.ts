import { connect, type Connection, type ConnectOptions } from "../grpc/mod.ts";

/**
 * Connects to a daemon as `connect` does. Names that end in `.local` are asked for by multicast
 * DNS, which few systems do by themselves (RFC 6762, 3).
 *
 * @throws {LinkError} with a sentence that says why
 */
export async function dial(
  host: string,
  port: number,
  options: ConnectOptions,
): Promise<Connection> {
  if (!/\.local\.?$/i.test(host)) return await connect(host, port, options);
  const { dialable } = await import("../../discovery/mod.ts");
  return await connect(host, port, { ...options, at: await dialable(host, options.signal) });
}
