import { reachRoots } from "../../endpoint/reach_roots.ts";
import { joinPath } from "../../entry/path.ts";
import type { Name, Sys } from "../../sys/mod.ts";
import type { Module } from "../server.ts";
import { parseModulePath } from "./module_path.ts";
import { SessionError } from "./session_error.ts";

const EMPTY: Name = new Uint8Array(1);

/**
 * Waits until places in a module answer, if their file system may hang, and gives whether it may:
 * the daemon's main thread, which serves everybody, asks for nothing that has not just answered
 * another thread.
 *
 * @throws {SessionError} when nothing comes in time, and for paths that are not within the module
 */
export async function reachModule(
  sys: Sys,
  module: Module,
  paths: readonly Uint8Array[],
  patienceMs: number,
): Promise<boolean> {
  const roots = paths.map((path) => {
    const { directory, text } = parseModulePath(module, path);
    return { path: joinPath(module.path, directory.beneath ?? EMPTY), text };
  });
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await reachRoots(sys, roots, async (_, work) => {
      timer ??= setTimeout(() => {
        const seconds = Math.round(patienceMs / 1000);
        const message = `The module "${module.name}" has not answered for ${seconds} s.`;
        late.reject(new SessionError("stalled", message));
      }, patienceMs);
      return await Promise.race([work, late.promise]);
    });
  } finally {
    clearTimeout(timer);
  }
}
