/** What holds after a run that brings files was interrupted. */
export const GOES_ON = "Every file is whole, old or new; the same command goes on from here.";

/** Why a run was aborted: somebody pressed Ctrl-C, or asked the process to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  /** With what holds now, as a sentence. */
  constructor(readonly signal: Deno.Signal, outcome: string) {
    super(`Interrupted. ${outcome}`);
  }
}

/**
 * Aborts the controller at the first SIGINT or SIGTERM, and calls `insist` at the second. The
 * `outcome` is what holds after the first.
 * Gives a function that stops listening.
 *
 * From here on a signal ends nothing by itself: it is heard when the event loop turns, which a run
 * that works on the main thread lets it do every half second at least.
 */
export function listenForInterrupts(
  controller: AbortController,
  insist: () => void,
  outcome: string = GOES_ON,
): () => void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      if (controller.signal.aborted) insist();
      else controller.abort(new Interrupted(signal, outcome));
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}
