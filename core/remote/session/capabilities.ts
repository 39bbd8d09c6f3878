import type { Hello } from "../../../proto/generated/blit.ts";

/**
 * Differences of large files: `Basis` and `Values` on the control plane, `State` and `Kept` on the
 * data plane. An end uses them only if the other has named it too.
 */
export const DIFFERENCES = "differences";

/** What this version can do beyond the major version of the protocol. */
export const CAPABILITIES: readonly string[] = [DIFFERENCES];

/** Whether an end knows of differences. */
export function knowsDifferences(hello: Pick<Hello, "capabilities"> | undefined): boolean {
  return hello?.capabilities.includes(DIFFERENCES) ?? false;
}
