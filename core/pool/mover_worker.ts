/**
 * The Worker that runs one mover. It blocks in system calls and in Atomics.wait while a phase
 * runs, and returns to its event loop between phases.
 *
 * @module
 */
import { openContext } from "./open_context.ts";
import type { FromMover, ToMover } from "./messages.ts";
import { Mover } from "./mover.ts";
import type { MoverContext } from "../movers/context.ts";
import { newLog } from "../movers/run_log.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
let context: MoverContext | undefined;
let mover: Mover | undefined;

function say(message: FromMover): void {
  scope.postMessage(message);
}

async function hear(message: ToMover): Promise<void> {
  if (message.type === "begin") {
    context = await openContext(
      message.job,
      message.memory,
      message.index,
      (parcel) => say({ type: "parcel", parcel }),
    );
    mover = new Mover(context);
    say({ type: "ready" });
  } else if (message.type === "phase" && mover !== undefined && context !== undefined) {
    mover.accept(message.tasks);
    mover.runPhase();
    const { log } = context;
    context.log = newLog();
    say({ type: "done", log });
  } else if (message.type === "end") {
    context?.release();
    scope.close();
  }
}

scope.onmessage = (event: MessageEvent<ToMover>): void => {
  hear(event.data).catch((error) => {
    say({
      type: "broken",
      message: error instanceof Error ? error.stack ?? error.message : String(error),
    });
  });
};
