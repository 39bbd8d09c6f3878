import { isBeneath, trimNul } from "../entry/path.ts";
import type { Sys } from "../sys/mod.ts";
import { localRoute, textOf } from "./local_route.ts";

const SLASH = 47;

/** A directory or file that a run begins at. */
interface Root {
  /** Absolute, NUL-terminated. */
  readonly path: Uint8Array;
  /** For sentences. */
  readonly text: string;
}

/** Awaits what may never come, and can say what it is. */
type Reach = <Value>(what: string, work: Promise<Value>) => Promise<Value>;

/**
 * Whether one of a run's roots lies on, or around, a file system whose calls may never return.
 * Then each root is asked for from another thread first, so that even that can be told, and the
 * main thread leaves all calls to movers. A root that is reached without coming near one costs a
 * look at the links of its path, and nothing at all where no such file system is mounted: on many
 * desktops one always is, far from what is copied.
 */
export async function reachRoots(
  sys: Sys,
  roots: readonly Root[],
  reach: Reach,
): Promise<boolean> {
  const mounts = sys.hangingMounts();
  if (mounts.length === 0) return false;
  const places = mounts.map(textOf);
  const among = new Set(places);
  let mayHang = false;
  for (const { path, text } of roots) {
    const real = localRoute(sys, path, among) ??
      textOf(await reach(`opening "${text}"`, realPath(trimNul(path))));
    mayHang ||= places.some((mount) => isBeneath(real, mount) || isBeneath(mount, real));
  }
  return mayHang;
}

/** The path with its links followed, as far as it is there, after a look at what is there. */
async function realPath(path: Uint8Array): Promise<Uint8Array> {
  for (let end = path.length; end > 0; end = path.lastIndexOf(SLASH, end - 1)) {
    try {
      const above = new TextDecoder("utf-8", { fatal: true }).decode(path.subarray(0, end));
      const real = await Deno.realPath(above);
      await answers(real);
      const bytes = new TextEncoder().encode(real);
      const whole = new Uint8Array(bytes.length + path.length - end);
      whole.set(bytes);
      whole.set(path.subarray(end), bytes.length);
      return whole;
    } catch {
      // Not there yet, or not to be looked at, or no UTF-8: the directory above tells.
    }
  }
  return path;
}

/** Waits until something answers, and the directory that it is in: what is kept in mind answers itself. */
async function answers(path: string): Promise<void> {
  const { isDirectory } = await Deno.stat(path);
  const above = path.slice(0, Math.max(path.lastIndexOf("/"), 1));
  // Opening is asked of the file system each time; only directories open without an effect.
  for (const directory of isDirectory ? [path, above] : [above]) {
    await Deno.open(directory).then((file) => file.close(), () => {});
  }
}
