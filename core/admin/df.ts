import type { PathLike } from "../endpoint/mod.ts";
import type { FilesystemRow } from "../listing/types.ts";
import { openSys } from "../sys/mod.ts";
import { whereIs } from "./drive.ts";

/**
 * How full the file system is that holds a place.
 *
 * @throws {TransferError} for what is not there or cannot be reached
 *
 * @example
 * ```ts
 * import { df } from "@blit/core";
 *
 * const { available, size } = await df(Deno.makeTempDirSync());
 * console.log(`${Math.round(available / size * 100)} % are free`);
 * ```
 */
export async function df(
  endpoint: PathLike,
  options: { readonly signal?: AbortSignal } = {},
): Promise<FilesystemRow> {
  options.signal?.throwIfAborted();
  const where = await whereIs(endpoint);
  if (where.kind === "remote") {
    const { statRemotely } = await import("../remote/admin/mod.ts");
    return await statRemotely(where, options);
  }
  const { filesystemStats, localStart } = await import("../listing/mod.ts");
  const { sys } = await openSys();
  try {
    return filesystemStats(sys, localStart(where.path, true));
  } finally {
    sys.end();
  }
}
