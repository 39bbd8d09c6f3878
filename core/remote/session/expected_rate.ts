import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import type { TransferOptions } from "../../transfer/options.ts";

/**
 * Bytes a second that the link to a server has carried in earlier runs, where the user's history
 * may be used and tells of it.
 */
export async function expectedRate(
  { useHistory = false }: TransferOptions,
  { host, port }: RemoteEndpoint,
  direction: "push" | "pull",
): Promise<number | undefined> {
  if (!useHistory) return undefined;
  const { linkRate } = await import("../../predict/link_rate.ts");
  const { bytesPerSecond = 0, confidence = 0 } = linkRate({ host, port }, direction) ?? {};
  return bytesPerSecond > 0 && confidence > 0 ? bytesPerSecond : undefined;
}
