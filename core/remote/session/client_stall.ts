import type { Job } from "../../movers/job.ts";
import type { SharedMemory } from "../../movers/control.ts";
import {
  effortOf,
  movesWaitFor,
  type StallState,
  stallTimes,
  StallWatch,
} from "../../report/stall.ts";
import type { Sys } from "../../sys/mod.ts";
import { TransferError } from "../../transfer/failure.ts";
import type { TransferOptions } from "../../transfer/options.ts";
import type { Talk } from "./talk.ts";

/** A daemon says something each quarter of a second, and each two seconds at least. */
const SILENT_MS = 4000;

/** What a watched run is asked and told. */
export interface StallingClient {
  readonly memory: SharedMemory;
  readonly options: TransferOptions;
  readonly sys: Sys;
  readonly talks: readonly Talk[];
  /** Whether an end is in the phase that waits for disks. */
  syncs(): boolean;
  /** Once it is known. */
  job(): Job | undefined;
  /** Bytes that have passed this host. */
  passedBytes(): number;
  warn(code: string, message: string): void;
  /** Ends the run. */
  giveUp(error: Error): void;
}

/** Watches whether a remote run moves, at this end and at the others. */
export class ClientStall {
  #watch: StallWatch;
  /** What the main thread waits for itself. */
  #reaching: string | undefined;
  /** Questions that wait for an answer. */
  #asked = 0;

  constructor(readonly run: StallingClient) {
    this.#watch = new StallWatch({
      pulse: () => [
        ...run.memory.counters,
        run.passedBytes(),
        run.talks.length,
        ...run.talks.flatMap(({ words, otherCounters }) => [words, ...otherCounters]),
      ],
      effort: () => effortOf(run, run.syncs()),
      isAtRest: () => this.#asked > 0,
      reason: () => this.#reason(),
      warn: (code, message) => run.warn(code, message),
      give: (sentence) => {
        run.giveUp(new TransferError("stalled", `${sentence} The run was given up.`));
      },
    }, stallTimes(run.options));
  }

  /** The stall that lasts, for progress events. */
  get state(): StallState | undefined {
    return this.#watch.state;
  }

  /** The same, while somebody is asked, who may take any time. */
  async asking<Value>(answer: Promise<Value>): Promise<Value> {
    this.#asked++;
    return await answer.finally(() => this.#asked--);
  }

  /** The same, and what it is can be told. */
  async reach<Value>(what: string, work: Promise<Value>): Promise<Value> {
    this.#reaching = what;
    return await work.finally(() => this.#reaching = undefined);
  }

  close(): void {
    this.#watch.close();
  }

  /** What this end waits for, then who of the others does not move. */
  #reason(): string {
    const { run } = this;
    const own = this.#reaching ?? movesWaitFor({ ...run, job: run.job() });
    const others = run.talks.map(otherReason);
    if (own === undefined && others.length === 0) return "connecting";
    return [own, ...others].filter((reason) => reason !== undefined).join("; ");
  }
}

function otherReason({ peer, heardAt, otherWaitsFor }: Talk): string {
  if (peer === undefined) return "connecting";
  const silentMs = performance.now() - heardAt;
  if (silentMs >= SILENT_MS) return `${peer} has sent nothing for ${Math.round(silentMs / 1000)} s`;
  if (otherWaitsFor !== "") return `${peer} is ${otherWaitsFor}`;
  return `${peer} is alive, but moves nothing`;
}
