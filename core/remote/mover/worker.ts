/**
 * The Worker that is one mover of a remote transfer: one synchronous function a session, then it
 * is idle and can serve another.
 *
 * @module
 */
import { openSys, type Sys } from "../../sys/mod.ts";
import { MoverContext } from "../../movers/context.ts";
import type { MoverBegin } from "./messages.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
/** The floors that sessions have opened here, by the backend asked for. */
const floors = new Map<string, Sys>();

scope.onmessage = (event: MessageEvent<MoverBegin>): void => {
  serve(event.data).catch((error) => {
    const message = error instanceof Error ? error.stack ?? error.message : String(error);
    event.data.port.postMessage({ type: "broken", message });
  }).finally(() => {
    event.data.port.postMessage({ type: "left" });
  });
};

async function serve(begin: MoverBegin): Promise<void> {
  const { job, memory, index, port } = begin;
  const sys = await floor(job.backend);
  const filter = job.filter === undefined
    ? undefined
    : (await import("../../filter/mod.ts")).compileFilter(job.filter);
  const context = new MoverContext(sys, job, memory, index, filter, (parcel) => {
    port.postMessage({ type: "parcel", parcel });
  });
  try {
    if (begin.role === "source") {
      await (await import("../source/serve_source.ts")).serveSource(context, begin);
    } else {
      await (await import("../destination/serve_destination.ts")).serveDestination(context, begin);
    }
  } finally {
    context.release();
  }
}

async function floor(backend: "linux" | "portable" | undefined): Promise<Sys> {
  const key = backend ?? "";
  let sys = floors.get(key);
  if (sys === undefined) floors.set(key, sys = (await openSys(backend)).sys);
  return sys;
}
