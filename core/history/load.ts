import type { EndReport } from "../transfer/events.ts";

/** Below this share of what the processors can do, a machine has little to do. */
export const LOW_LOAD = 0.5;

/** How much this machine had to do in the last minute; undefined where that is not told. */
export function loadNow(): EndReport["load"] {
  const load = loadShare();
  if (load === undefined) return undefined;
  if (load < LOW_LOAD) return "low";
  return load < 1 ? "medium" : "high";
}

/**
 * Load average of the last minute (getloadavg(3)) for each processor: at 1 all of them have had
 * something to do. Undefined where it is not told.
 */
export function loadShare(): number | undefined {
  // Asked first, because Deno would put a question to the user.
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "loadavg" });
  if (state !== "granted" || Deno.build.os === "windows") return undefined;
  const [minute = 0] = Deno.loadavg();
  return minute / Math.max(1, navigator.hardwareConcurrency);
}
