import { changeKnown, type KnownMount, pairKey, probeMount } from "../../core/capabilities/mod.ts";
import { nameOf } from "../../core/entry/mod.ts";
import { isFilesystem } from "../../core/history/field.ts";
import { openSys } from "../../core/sys/mod.ts";

/**
 * Tries what the file system of a directory can do, and remembers it for as long as it is mounted;
 * undefined where no file can be made.
 */
export async function measureMount(directory: string): Promise<KnownMount | undefined> {
  const { sys } = await openSys();
  const held = sys.openRoot(nameOf(directory));
  try {
    if (held < 0) return undefined;
    const probed = probeMount(sys, held);
    if (typeof probed === "number") return undefined;
    const type = sys.filesystemType(held);
    const mount = { ...probed, atMs: Date.now(), type: isFilesystem(type) ? type : "unknown" };
    const key = pairKey(sys, held);
    if (key !== undefined) {
      changeKnown(({ mounts, pairs }) => ({ mounts: new Map([...mounts, [key, mount]]), pairs }));
    }
    return mount;
  } finally {
    if (held >= 0) sys.close(held);
    sys.end();
  }
}

/** What it can do, for people: words with yes or no, and the step of times. */
export function mountRows(mount: KnownMount): readonly (readonly [string, string, number])[] {
  const answer = (name: string, is: boolean): readonly [string, string, number] => [
    name,
    is ? "yes" : "no",
    is ? 1 : 0,
  ];
  return [
    answer("reflinks", mount.reflink),
    answer("copy ranges", mount.copyRange),
    answer("sendfile", mount.sendFile),
    answer("holes", mount.holes),
    answer("attributes", mount.attributes),
    answer("unnamed", mount.unnamedFiles),
    ["time step", stepText(mount.timeStepNs), mount.timeStepNs],
    answer("folds case", mount.foldsCase),
    answer("folds form", mount.foldsForm),
  ];
}

/** A step of time as in `10 ms`. */
export function stepText(ns: number): string {
  if (ns >= 1e9) return `${ns / 1e9} s`;
  if (ns >= 1e6) return `${ns / 1e6} ms`;
  return ns >= 1e3 ? `${ns / 1e3} us` : `${ns} ns`;
}
