import type { DaemonHistory } from "../history/daemon_history.ts";
import { loadShare, LOW_LOAD } from "../history/load.ts";
import type { Log, Module } from "../remote/server.ts";
import { Errno, type Name, openSys, type Sys } from "../sys/mod.ts";
import { isBeneathAny, nameOfPath } from "./hanging.ts";
import type { ProbeAnswer, ProbeOrder, ProbePlace } from "./messages.ts";

/** When a daemon measures. */
export interface ProbeTimes {
  /** Between two probes of all daemons with one history. */
  readonly everyMs: number;
  /** Without a session or a question before one. */
  readonly restMs: number;
  /** Between two looks whether one is due. */
  readonly lookMs: number;
  /** Until disks of which none could be measured are looked at again. */
  readonly againMs: number;
  /** Load average for each processor that is too much. */
  readonly mostLoad: number;
  /** A probe takes two seconds; a disk that has not answered after so long does not. */
  readonly hungMs: number;
}

/** Once in 24 hours, after ten minutes of rest. */
export const PROBE_TIMES: ProbeTimes = {
  everyMs: 86_400_000,
  restMs: 600_000,
  lookMs: 300_000,
  againMs: 3_600_000,
  mostLoad: LOW_LOAD,
  hungMs: 60_000,
};

/** What a probe needs of its daemon. */
export interface ProbeMeans {
  readonly history: DaemonHistory;
  readonly log: Log;
  readonly times: ProbeTimes;
  /** What is exported now. */
  modules(): readonly Module[];
}

/**
 * Measures processor and disks while nobody wants anything of the daemon. The main thread only
 * looks at the clock: all that may take time is done by a Worker that lives for one probe.
 */
export class IdleProbe {
  readonly #means: ProbeMeans;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Sessions and questions that run. */
  #busy = 0;
  #restsSince = performance.now();
  /** Not before then, as performance.now() tells; whatever the history says. */
  #notBefore = 0;
  #stop: Int32Array<SharedArrayBuffer> | undefined;
  #told = "";

  constructor(means: ProbeMeans) {
    this.#means = means;
    this.#timer = setInterval(() => {
      this.#look().catch((error) => means.log.error(`A defect: the probe: ${error}`));
    }, means.times.lookMs);
  }

  /** A session or a question begins: what is being measured ends at once. Gives what ends it. */
  begins(): () => void {
    this.#busy++;
    if (this.#stop !== undefined && Atomics.exchange(this.#stop, 0, 1) === 0) {
      this.#means.log.info("The daily probe ends early: somebody wants something.");
    }
    return () => {
      this.#busy--;
      this.#restsSince = performance.now();
    };
  }

  /** Measures no more. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#stop !== undefined) Atomics.store(this.#stop, 0, 1);
  }

  async #look(): Promise<void> {
    const { times, history } = this.#means;
    const now = performance.now();
    const isBusy = this.#busy > 0 || now - this.#restsSince < times.restMs;
    if (isBusy || this.#stop !== undefined || now < this.#notBefore) return;
    const stop = this.#stop = new Int32Array(new SharedArrayBuffer(4));
    const { sys } = await openSys();
    let lock = -1;
    try {
      if (!this.#isDue()) return;
      const load = loadShare() ?? 0;
      if (load > times.mostLoad) return this.#skips("this machine has much to do.");
      if (!history.isWritable()) return this.#skips("the history cannot be written.");
      // Several daemons may share a history; of one that holds this the record will be found.
      lock = sys.openRoot(nameOfPath(history.place.folder));
      if (lock < 0 || sys.tryLock(lock) === -Errno.EAGAIN || !this.#isDue()) return;
      // Somebody may have come meanwhile.
      if (Atomics.load(stop, 0) !== 0) return;
      await this.#measure(stop, this.#places(sys));
    } finally {
      if (lock >= 0) sys.close(lock);
      sys.end();
      this.#stop = undefined;
    }
  }

  /** Whether the last probe was long ago; one that comes is not before it will have been. */
  #isDue(): boolean {
    const { times, history } = this.#means;
    const last = history.lastProbeMs();
    const age = last === undefined ? Infinity : Date.now() - last;
    // A clock that was put back is no reason to wait.
    if (age < 0 || age >= times.everyMs) return true;
    this.#notBefore = performance.now() + times.everyMs - age;
    return false;
  }

  async #measure(
    stop: Int32Array<SharedArrayBuffer>,
    places: readonly ProbePlace[],
  ): Promise<void> {
    const { log, times, history } = this.#means;
    if (places.length === 0) return this.#skips("no disk is this machine's own.");
    log.debug("The daily probe begins.");
    const answer = await answerOf({ places, stop }, times.hungMs);
    if (answer.type === "failed") {
      this.#notBefore = performance.now() + times.everyMs;
      return log.warning(`The daily probe was given up: ${answer.message}`);
    }
    if (answer.type === "stopped") return;
    const { skipped, elapsedMs, hashBytesPerSecond, disks } = answer;
    if (disks.length === 0) {
      this.#notBefore = performance.now() + times.againMs;
      return this.#skips(skipped.join(" "));
    }
    this.#notBefore = performance.now() + times.everyMs;
    this.#told = "";
    for (const sentence of skipped) log.info(sentence);
    const isKept = history.keepProbe({ elapsedMs, hashBytesPerSecond, disks });
    const count = disks.length === 1 ? "1 disk was" : `${disks.length} disks were`;
    log.info(
      `The daily probe: ${count} measured in ${(elapsedMs / 1000).toFixed(1)} s` +
        (isKept ? "." : ", and the history could not be written."),
    );
  }

  /** Where to measure: what peers may write to, else where the history is. */
  #places(sys: Sys): ProbePlace[] {
    const { history: { place }, modules } = this.#means;
    const writable = modules().filter(({ readOnly }) => !readOnly)
      .map(({ name, path }) => ({ path, shown: name === "" ? "server://" : `server:/${name}/` }));
    const places = writable.length > 0
      ? writable
      : [{ path: nameOfPath(place.folder), shown: "the history" }];
    const hanging: readonly Name[] = sys.hangingMounts();
    return places.filter(({ path }) => !isBeneathAny(path, hanging));
  }

  /** Says why it is not done, once for each reason; it is tried again. */
  #skips(reason: string): void {
    if (this.#told !== reason) this.#means.log.info(`The daily probe is skipped: ${reason}`);
    this.#told = reason;
  }
}

/** What came of a probe, or why nothing did. */
type Outcome = ProbeAnswer | { readonly type: "failed"; readonly message: string };

/** Has a Worker measure; one that does not come back is given up. */
async function answerOf(order: ProbeOrder, hungMs: number): Promise<Outcome> {
  const worker = startWorker();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const late = setTimeout(() => {
    resolve({ type: "failed", message: "A disk does not answer." });
  }, hungMs);
  worker.onmessage = ({ data }: MessageEvent<ProbeAnswer>): void => resolve(data);
  worker.onerror = (event): void => {
    event.preventDefault();
    resolve({ type: "failed", message: event.message });
  };
  worker.postMessage(order);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    worker.terminate();
  }
}

function startWorker(): Worker {
  // Beside its source this is TypeScript; bundled, it stands beside the program.
  const isSource = import.meta.url.endsWith("/idle_probe.ts");
  const file = isSource ? "./worker.ts" : "./probe_worker.js";
  return new Worker(new URL(file, import.meta.url), { type: "module" });
}
