import type { ModuleList, ModulesOptions } from "./types.ts";

/**
 * What a daemon exports, given as `server`, `server:9032` or `[::1]`.
 *
 * @throws {TransferError} for what is no host, or cannot be reached
 *
 * @example
 * ```ts
 * import { modules } from "@blit/core";
 *
 * async function printModules(server: string): Promise<void> {
 *   for (const { name, comment } of (await modules(server)).modules) {
 *     console.log(`${server}:/${name}/`, comment);
 *   }
 * }
 * ```
 */
export async function modules(
  host: string | Uint8Array,
  options: ModulesOptions = {},
): Promise<ModuleList> {
  const { parseHost } = await import("../endpoint/host.ts");
  const endpoint = parseHost(host);
  const { modulesRemotely } = await import("../remote/admin/mod.ts");
  return await modulesRemotely(endpoint, options);
}
