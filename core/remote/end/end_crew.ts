import { AbortReason, Control, type SharedMemory } from "../../movers/control.ts";
import { Counter, COUNTERS } from "../../movers/counters.ts";
import type { Job } from "../../movers/job.ts";
import type { FailureRecord, Parcel } from "../../movers/outbox.ts";
import type { Sys } from "../../sys/mod.ts";
import { after, type Timer } from "../../timer.ts";
import type { Stream } from "../data/mod.ts";
import {
  type Chroot,
  CrewMover,
  mainSockets,
  type MoverTimes,
  PATIENCE_MS,
} from "../mover/crew.ts";
import type { CommonFromMover, Role, ToMover } from "../mover/messages.ts";
import type { EndHost } from "./end_host.ts";
import { FatalFailure, fatalOf } from "./fatal_failure.ts";
import { Outgoing } from "./outgoing.ts";
import { StreamFailure } from "./stream_failure.ts";
import { NO_ENTRIES } from "../../movers/told_entries.ts";
import { parcelToWire } from "./wire_parcel.ts";

/**
 * What both ends of a session have on the main thread: movers, each with a stream of its own, and
 * frames on their way to the other end.
 */
export abstract class EndCrew<To, From extends { readonly type: string }> {
  readonly outgoing: Outgoing;
  /** The other end knows of differences; to be set before anything is heard of it. */
  differences = false;
  protected readonly crew: CrewMover<To | ToMover, From>[] = [];
  /** Movers without a stream. */
  protected readonly scouts: CrewMover<To | ToMover, From>[] = [];
  #fatal: FailureRecord | undefined;
  /** Movers that have left. */
  #left = 0;
  #late: Timer | undefined;
  #closing = false;

  constructor(
    readonly role: Role,
    readonly host: EndHost,
    readonly job: Job,
    readonly memory: SharedMemory,
    readonly scanWords: Int32Array<SharedArrayBuffer>,
    readonly chroot: Chroot | undefined,
  ) {
    this.outgoing = new Outgoing(host);
  }

  /** Movers with a stream of their own. */
  get movers(): readonly CrewMover<To | ToMover, From>[] {
    return this.crew;
  }

  /** Has as many movers as there are streams. */
  staff(streams: number): void {
    while (this.crew.length < streams) {
      const stream = this.crew.length;
      this.crew.push(this.newMover(stream + 1, (message) => this.take(stream, message), false));
    }
  }

  /** A mover with a row of counters, and who hears it. */
  protected newMover(
    row: number,
    hear: (message: From) => void,
    isScout: boolean,
  ): CrewMover<To | ToMover, From> {
    const { role, job, memory, scanWords: scan, chroot } = this;
    return new CrewMover(role, job, row, { memory, scan }, mainSockets(), chroot, hear, isScout);
  }

  /** Gives a mover its stream. */
  attach(stream: number, end: Stream): void {
    // A ring is the one that it has had from the beginning.
    const socket = end.kind === "socket" ? end.descriptor : undefined;
    this.crew[stream]?.say({ type: "attach", socket, differences: this.differences });
  }

  /** How the movers have spent their time, added up; undefined where that cannot be told. */
  times(sys: Sys): MoverTimes | undefined {
    let sum: MoverTimes | undefined;
    for (const [stream, mover] of this.crew.entries()) {
      // 0 of one that has not begun: for a small job it may come too late.
      const thread = this.memory.counters[(stream + 1) * COUNTERS + Counter.ThreadId] ?? 0;
      const computedNs = thread > 0 ? sys.threadCpuNs(thread) : -1;
      const times = computedNs < 0
        ? undefined
        : mover.times(computedNs / 1e6, sys.threadReadyNs(thread) / 1e6);
      if (times === undefined) continue;
      sum = {
        computedMs: times.computedMs + (sum?.computedMs ?? 0),
        waitedMs: times.waitedMs + (sum?.waitedMs ?? 0),
        storageMs: times.storageMs + (sum?.storageMs ?? 0),
      };
    }
    return sum;
  }

  /** Ends the movers: properly, or at once. */
  async close(atOnce: boolean): Promise<void> {
    this.#closing = true;
    this.#late?.stop();
    if (atOnce) {
      const { control } = this.memory;
      Atomics.compareExchange(control, Control.Abort, AbortReason.None, AbortReason.Signal);
    }
    const all = [...this.crew, ...this.scouts];
    for (const mover of all) {
      if (atOnce) mover.waker.stop();
      else mover.say({ type: "leave" });
    }
    const patienceMs = atOnce ? PATIENCE_MS : undefined;
    await Promise.all(all.map((mover) => mover.release(patienceMs)));
  }

  /** Takes what the mover of a stream says. */
  protected abstract take(stream: number, message: From): void;

  /** Takes what a mover of either role may say. */
  protected takeCommon(message: CommonFromMover): void {
    switch (message.type) {
      case "parcel":
        this.#parcel(message.parcel);
        break;
      case "left":
        // Properly at the end, or because going on is pointless.
        this.#left++;
        this.#failIfFatal();
        break;
      case "stream-failed":
        this.host.fail(new StreamFailure(message.errno, message.message));
        break;
      case "broken":
        this.host.fail(new Error(`A mover broke: ${message.message}`));
        break;
    }
  }

  /**
   * Ends the session when movers leave it early. The first to leave need not be the one that knows
   * why: what stopped that one is heard at the latest when all have left, or waited for in vain.
   */
  #failIfFatal(): void {
    if (this.#closing || this.#left === 0) return;
    const fail = (): void => this.host.fail(new FatalFailure(this.#fatal));
    if (this.#fatal !== undefined || this.#left === this.crew.length) fail();
    else this.#late ??= after(PATIENCE_MS, fail);
  }

  #parcel(parcel: Parcel): void {
    this.host.parcel(parcel);
    this.#fatal ??= fatalOf(parcel);
    this.#failIfFatal();
    const entries = this.host.tellsEntries ? parcel.entries : NO_ENTRIES;
    if (entries.count === 0 && parcel.failures.length === 0) return;
    const value = parcelToWire({ entries, failures: parcel.failures });
    this.outgoing.frame({ body: { $case: "parcel", value } });
  }
}
