/** What a signal asks for. */
export type Wish = "reload" | "stop";

/** The signals of the daemon, in the order they came; disposed of, they do what they do by default. */
export interface SignalWatch extends Disposable {
  /** The next wish. */
  next(): Promise<Wish>;
  /** The next wish to stop; reloads before it are dropped. */
  nextStop(): Promise<"stop">;
}

// Windows has neither SIGTERM nor SIGHUP in the sense meant here.
const STOP: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];
const RELOAD: readonly Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGHUP"];

/** Takes over the signals that stop the daemon or make it read its file again. */
export function watchSignals(): SignalWatch {
  const wishes: Wish[] = [];
  let wake = (): void => {};
  const wish = (kind: Wish): void => {
    // Many reloads at once are one.
    if (kind === "stop" || wishes.at(-1) !== "reload") wishes.push(kind);
    wake();
  };
  const stop = (): void => wish("stop");
  const reload = (): void => wish("reload");
  for (const signal of STOP) Deno.addSignalListener(signal, stop);
  for (const signal of RELOAD) Deno.addSignalListener(signal, reload);
  const next = async (): Promise<Wish> => {
    for (;;) {
      const first = wishes.shift();
      if (first !== undefined) return first;
      await new Promise<void>((resolve) => wake = resolve);
    }
  };
  return {
    next,
    nextStop: async () => {
      for (;;) if (await next() === "stop") return "stop";
    },
    [Symbol.dispose]: () => {
      for (const signal of STOP) Deno.removeSignalListener(signal, stop);
      for (const signal of RELOAD) Deno.removeSignalListener(signal, reload);
    },
  };
}
