import type { Console } from "../output/console.ts";
import type { Reporter } from "../output/reporter.ts";
import { listenForInterrupts } from "./interrupt.ts";
import { stopReason } from "./stop_reason.ts";

/** More promises in a row than a tiny job resolves. */
const MICROTASK_TURNS = 50;

/** What a run that may be interrupted needs. */
export interface RunMeans {
  readonly console: Console;
  readonly reporter: Pick<Reporter, "stop" | "clear">;
  /** Aborted when somebody interrupts the run. */
  readonly interrupt: AbortController;
  /** What holds after that, as a sentence; not given, what holds of files that are brought. */
  readonly outcome?: string;
}

/**
 * Runs something to its exit code: it tells what it did, why it had to stop is told here. Where
 * what it told could not be written, the code is 1. The first Ctrl-C aborts it, the second ends the
 * process.
 *
 * The work calls `listen` before it leaves anything unfinished that a sudden end would leave behind;
 * otherwise signals are listened to once it has something to wait for.
 */
export async function runToEnd(
  { console, reporter, interrupt, outcome }: RunMeans,
  work: (listen: () => void) => Promise<number>,
): Promise<number> {
  let release: (() => void) | undefined;
  const listen = (): void => {
    release ??= listenForInterrupts(interrupt, () => {
      reporter.clear();
      console.flush();
      Deno.exit(130);
    }, outcome);
  };
  try {
    const running = work(listen);
    if (!await settlesAtOnce(running)) listen();
    return console.finish(await running);
  } catch (error) {
    const reason = stopReason(error);
    reporter.stop(reason);
    return reason.exitCode;
  } finally {
    release?.();
    console.flush();
  }
}

/**
 * Whether the run ends without anything to wait for, as the copy of one small file does. For it
 * listening to signals, which starts a thread and costs 0.4 ms, would be for nothing.
 */
async function settlesAtOnce(running: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  running.then(note, note);
  for (let turn = 0; turn < MICROTASK_TURNS && !settled; turn++) await undefined;
  return settled;
}
