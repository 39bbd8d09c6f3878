import type { HostEndpoint } from "../endpoint/host.ts";
import type { RemoteEndpoint } from "../endpoint/endpoint.ts";
import type { RoundTrips } from "../remote/admin/ping.ts";
import type { ModulesOptions } from "./types.ts";

export type { RoundTrips } from "../remote/admin/ping.ts";

/**
 * How long the daemon of a place takes to answer, asked `count` times on one connection.
 *
 * @throws {TransferError} when it cannot be reached
 */
export async function ping(
  { host, port }: HostEndpoint | RemoteEndpoint,
  count: number,
  options: ModulesOptions = {},
): Promise<RoundTrips> {
  const { pingRemotely } = await import("../remote/admin/ping.ts");
  return await pingRemotely({ host, port }, count, options);
}
