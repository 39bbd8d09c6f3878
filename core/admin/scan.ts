import type { FoundDaemon, ScanOptions } from "../discovery/found.ts";

/**
 * Looks for daemons on every network of this machine, by IPv4 and IPv6 (multicast DNS), and gives
 * each as soon as it is known. It ends when the time is over.
 *
 * Needs `--allow-net` and `--allow-sys=networkInterfaces`.
 *
 * @throws {TransferError} where no network interface can be asked over
 *
 * @example
 * ```ts
 * import { scan, TransferError } from "@blit/core";
 *
 * try {
 *   for await (const { name, endpoint } of scan({ timeoutMs: 100 })) {
 *     console.log(name, `${endpoint}:/`);
 *   }
 * } catch (error) {
 *   if (error instanceof TransferError) console.error(error.message); // no network
 * }
 * ```
 */
export async function* scan(
  options: ScanOptions = {},
): AsyncGenerator<FoundDaemon, void, void> {
  const { scan } = await import("../discovery/mod.ts");
  yield* scan(options);
}
