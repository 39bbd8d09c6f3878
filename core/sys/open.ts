import { openLinux } from "./linux.ts";
import type { Sys } from "./sys.ts";

/** A backend, and why it is not the one this system would have. */
export interface OpenedSys {
  readonly sys: Sys;
  /** A sentence to show once, when the portable backend had to take over. */
  readonly warning?: string;
}

/**
 * Opens the floor for the calling thread: `linux` where it can be had, else `portable`.
 * `BLIT_SYS=portable` (a debugging switch) forces the latter; reading it needs `--allow-env`,
 * and is skipped without a question where that is not granted.
 */
export async function openSys(backend?: "linux" | "portable"): Promise<OpenedSys> {
  const wanted = backend ?? forced();
  if (wanted === "portable" || Deno.build.os !== "linux") return { sys: await portable() };
  try {
    return { sys: openLinux() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      sys: await portable(),
      warning: `System calls through FFI are not available (${reason}); ` +
        `the portable backend is used: slower, and without extended attributes and special files.`,
    };
  }
}

async function portable(): Promise<Sys> {
  const { openPortable } = await import("./portable.ts");
  return openPortable();
}

function forced(): "portable" | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: "BLIT_SYS" }).state !== "granted") {
    return undefined;
  }
  return Deno.env.get("BLIT_SYS") === "portable" ? "portable" : undefined;
}
