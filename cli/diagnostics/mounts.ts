import { isFilesystem } from "../../core/history/field.ts";

/**
 * How many mounts there are of each type, from /proc/self/mountinfo (proc(5)): of all that it says
 * what has no name in it.
 */
export function countMounts(mountinfo: string): Record<string, number> {
  const types = mountinfo.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    // Optional fields stand before the dash, the type behind it.
    const dash = fields.indexOf("-", 6);
    const type = fields[dash + 1];
    return dash < 0 ? [] : [isFilesystem(type) ? type : "other"];
  });
  const counts: Record<string, number> = {};
  for (const type of types.sort()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
