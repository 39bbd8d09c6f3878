/**
 * The Worker that is one mover of a remote transfer: one synchronous function a session, then it
 * is idle and can serve another.
 *
 * @module
 */
import { openSys, type Sys } from "../../sys/mod.ts";
import { openSockets, type Sockets } from "../../sys/sockets.ts";
import { MoverContext } from "../../movers/context.ts";
import { WakerWord } from "../data/waker.ts";
import { changeRoot } from "./change_root.ts";
import type { MoverBegin } from "./messages.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
/**
 * What sessions have opened here: the floors, by the backend asked for, and the socket calls. Each
 * keeps what V8 has compiled for the sessions before.
 */
const floors = new Map<string, Sys>();
let sockets: Sockets | undefined;

scope.onmessage = (event: MessageEvent<MoverBegin>): void => {
  serve(event.data).catch((error) => {
    const message = error instanceof Error ? error.stack ?? error.message : String(error);
    scope.postMessage([{ type: "broken", message }]);
  }).finally(() => {
    scope.postMessage([{ type: "left" }]);
  });
};

async function serve(begin: MoverBegin): Promise<void> {
  const { memory, index, chroot } = begin;
  scope.postMessage([{ type: "begun" }]);
  const sys = await floor(begin.job.backend);
  noteBefore(sys, begin.waker);
  const { filter: spec } = begin.job;
  const filter = spec === undefined
    ? undefined
    : (await import("../../filter/mod.ts")).compileFilter(spec);
  // Loaded before the root changes.
  const work = begin.role === "source"
    ? (await import("../source/serve_source.ts")).serveSource
    : (await import("../destination/serve_destination.ts")).serveDestination;
  const root = chroot === undefined ? undefined : await changeRoot(chroot, begin.job, sys);
  if (typeof root === "number") scope.postMessage([{ type: "no-chroot", errno: -root }]);
  const inside = typeof root === "number" ? undefined : root;
  const job = inside?.job ?? begin.job;
  const context = new MoverContext(sys, job, memory, index, filter, (parcel) => {
    scope.postMessage([{ type: "parcel", parcel }]);
  });
  try {
    const tell = (packet: readonly unknown[]): void => scope.postMessage(packet);
    await work(context, { ...begin, job }, sockets ??= openSockets(), tell);
  } finally {
    context.release();
    inside?.leave();
  }
}

/** Notes what this thread has done for others, so that the session's own can be told. */
function noteBefore(sys: Sys, waker: Int32Array): void {
  const thread = sys.threadId();
  const computedNs = sys.threadCpuNs(thread);
  waker[WakerWord.ReadyBefore] = sys.threadReadyNs(thread) / 1e6;
  waker[WakerWord.ComputedBefore] = computedNs < 0 ? -1 : computedNs / 1e6;
}

async function floor(backend: "linux" | "portable" | undefined): Promise<Sys> {
  const key = backend ?? "";
  let sys = floors.get(key);
  if (sys === undefined) floors.set(key, sys = (await openSys(backend)).sys);
  return sys;
}
