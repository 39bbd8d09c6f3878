/** How each program's daemon is started. */
import { inBackground } from "../tests/support/background.ts";
import { startDaemon } from "../tests/support/daemon.ts";
import { freePort, untilListens } from "../tests/support/free_port.ts";
import { startRsyncDaemon } from "../tests/support/rsync_daemon.ts";
import type { Serve } from "./harness/remote.ts";

/** How the address of a floor daemon begins. */
export const FLOOR_SCHEME = "floor://";

/** blit's daemon, run by `command` (a program and its first arguments). */
export function serveBlit(command: readonly string[]): Serve {
  return async (directory, namespace) => {
    const daemon = await startDaemon({
      root: directory,
      command,
      // Both ends are on this machine, and are to know it.
      ...(namespace === undefined ? { bind: "127.0.0.1" } : { namespace }),
    });
    return {
      address: (path) => daemon.endpoint(relative(directory, path)),
      peakMemoryMiB: () => {
        const status = Deno.readTextFileSync(`/proc/${daemon.process.pid}/status`);
        const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
        return kib === undefined ? undefined : Number(kib) / 1024;
      },
      [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
    };
  };
}

/** rsync's daemon. */
export const serveRsync: Serve = async (directory, namespace) => {
  const daemon = await startRsyncDaemon(directory, namespace === undefined ? {} : { namespace });
  return {
    address: (path) => daemon.url(relative(directory, path)),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
};

/** A sink and source of bytes; its address is the host and port. */
export const serveIperf: Serve = async (_directory, namespace) => {
  const port = namespace === undefined ? freePort() : 5201;
  const server = inBackground("iperf3", ["-s", "-p", String(port)], {
    ...(namespace === undefined ? {} : { namespace }),
  });
  if (namespace === undefined) await untilListens(port);
  else await new Promise((resolve) => setTimeout(resolve, 300));
  return {
    address: () => `${namespace?.address ?? "127.0.0.1"}:${port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

/** The daemon of the floor programs; a pull's or push's address tells them where it is. */
export function serveFloor(command: readonly string[]): Serve {
  return async (directory, namespace) => {
    const [program = "", ...args] = command;
    const host = namespace?.address ?? "127.0.0.1";
    const server = inBackground(program, [...args, host, directory], {
      ...(namespace === undefined ? {} : { namespace }),
    });
    const [, port] = await server.said(/Listening on port (\d+)/);
    return {
      address: (path) => `${FLOOR_SCHEME}${host}:${port}/${relative(directory, path)}`,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };
}

function relative(directory: string, path: string): string {
  return path.slice(directory.length + 1);
}
