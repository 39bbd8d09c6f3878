import type { Hello, Parcel as WireParcel } from "../../../proto/generated/blit.ts";
import type { LocalPath } from "../../endpoint/mod.ts";
import { reachRoots } from "../../endpoint/reach_roots.ts";
import type { FilterSpec } from "../../filter/spec.ts";
import { kindWord } from "../../entry/kind.ts";
import { Counter, earliestOf, totalOf } from "../../movers/counters.ts";
import { AbortReason, Control } from "../../movers/control.ts";
import { filesystemTypes } from "../../movers/filesystem_types.ts";
import type { Job } from "../../movers/job.ts";
import type { Parcel } from "../../movers/outbox.ts";
import { entriesOf } from "../../movers/told_entries.ts";
import { newMemory } from "../../pool/memory.ts";
import { failureEvent, progressEvent, Tally, type Totals } from "../../report/mod.ts";
import { openSys, type Sys } from "../../sys/mod.ts";
import { every, type Timer } from "../../timer.ts";
import type { TransferEvent, TransferSummary } from "../../transfer/events.ts";
import { TransferError } from "../../transfer/failure.ts";
import type { DeletionRequest, TransferOptions, Work } from "../../transfer/options.ts";
import { WireError } from "../batch/mod.ts";
import type { DataConnectError } from "../data/mod.ts";
import { FatalFailure } from "../end/fatal_failure.ts";
import { StreamFailure } from "../end/stream_failure.ts";
import { parcelFromWire } from "../end/wire_parcel.ts";
import type { Connection } from "../grpc/mod.ts";
// Not by mod.ts: only what a run is told of.
import { LinkError } from "../grpc/link_error.ts";
import { call, type CalledAhead } from "./call_ahead.ts";
import { knowsDifferences } from "./capabilities.ts";
import { ClientStall } from "./client_stall.ts";
import { endFields, type KnownEnd } from "./end_report.ts";
import { SessionError } from "./session_error.ts";
import { CONTROL, type Listener, MESSAGE_LENGTH, type Talk } from "./talk.ts";

/** Warnings of the other end that are told. */
const MOST_WARNINGS = 1000;

/**
 * A remote transfer as its user sees it: events, progress, the confirmation, the summary,
 * whichever ends are here.
 */
export class ClientRun implements Listener, Totals {
  readonly tally = new Tally();
  readonly memory = newMemory();
  /** Sessions whose other end's counters count: one, or two when this host only relays. */
  readonly talks: Talk[] = [];
  readonly confirm: (request: DeletionRequest) => Promise<boolean>;
  transport: "tcp" | "grpc" = "tcp";
  streams = 0;
  /** What the movers here do, once it is known. */
  job: Job | undefined;
  /** How the ends fared, once they have said so. */
  readonly ends: { source?: KnownEnd; destination?: KnownEnd } = {};
  /** It is over; what comes now comes too late. */
  isClosed = false;
  readonly #started = performance.now();
  readonly #ahead: CalledAhead | undefined;
  readonly #connections: Connection[] = [];
  readonly #aborted = Promise.withResolvers<never>();
  readonly #onAbort: () => void;
  readonly #stall: ClientStall;
  #phase = "transfer";
  #timer: Timer | undefined;
  #firstPayloadMs: number | undefined;
  #passedBytes = 0;

  private constructor(
    readonly verb: Work,
    readonly options: TransferOptions,
    readonly sys: Sys,
    readonly filter: FilterSpec | undefined,
    /** Earlier runs of the job were faster over one data stream. */
    readonly oneIsEnough: boolean,
    ahead: CalledAhead | undefined,
  ) {
    this.#ahead = ahead;
    this.#stall = new ClientStall({
      memory: this.memory,
      options,
      sys,
      talks: this.talks,
      // In a push it is the daemon that waits for disks: what is put on those here does not count.
      syncs: () => this.#phase === "sync" && this.job?.sources[0]?.destination !== undefined,
      job: () => this.job,
      passedBytes: () => this.#passedBytes,
      warn: (code, message) => this.warn(code, message),
      giveUp: (error) => this.#aborted.reject(error),
    });
    this.confirm = async (request) =>
      await this.#stall.asking(Promise.resolve(options.confirm?.(request) ?? false));
    this.#aborted.promise.catch(() => {});
    this.#onAbort = (): void => this.#aborted.reject(options.signal?.reason);
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    const { progressIntervalMs = 0 } = options;
    if (progressIntervalMs > 0) {
      this.#timer = every(progressIntervalMs, () => this.#progress());
    }
  }

  /** Opens the floor and reads the filter; a server may have been called already. */
  static async begin(
    verb: Work,
    options: TransferOptions,
    oneIsEnough: boolean,
    ahead?: CalledAhead,
  ): Promise<ClientRun> {
    options.signal?.throwIfAborted();
    const { sys, warning } = await openSys();
    const filter = options.filter === undefined
      ? undefined
      : (await import("../../filter/mod.ts")).buildFilterSpec(options.filter);
    const run = new ClientRun(verb, options, sys, filter, oneIsEnough, ahead);
    if (warning !== undefined) run.warn("portable-backend", warning);
    return run;
  }

  /** Connects to a daemon; the connection ends with the run. */
  async connect(host: string, port: number): Promise<Connection> {
    const called = this.#ahead?.take(host, port) ?? call(host, port, this.options.signal);
    const connection = await called;
    if (this.isClosed) {
      connection.close();
      throw new LinkError("closed", "The run is over.");
    }
    this.#connections.push(connection);
    return connection;
  }

  /**
   * Whether the other ends know of differences, by what they have said of themselves. Warns if they
   * do not and the user has asked for what needs them.
   */
  agree(hellos: readonly (Hello | undefined)[]): boolean {
    const isKnown = hellos.every(knowsDifferences);
    if (!isKnown && this.options.resume === true && this.options.dryRun !== true) {
      const message = "The daemon is too old for --resume: what is cut off is sent again.";
      this.warn("no-resume", message);
    }
    return isKnown;
  }

  /** What is awaited, unless the run is aborted or one of its sessions fails first. */
  race<Value>(work: Promise<Value>): Promise<Value> {
    return Promise.race([work, this.#aborted.promise, ...this.talks.map(({ failed }) => failed)]);
  }

  /** Waits for places here that may never answer, and whether they may; see `reachRoots`. */
  reach(places: readonly LocalPath[]): Promise<boolean> {
    return reachRoots(
      this.sys,
      places,
      (what, work) => this.#stall.reach(what, this.race(work)),
    );
  }

  /** What is awaited, unless the run is aborted first. */
  unlessAborted<Value>(work: Promise<Value>): Promise<Value> {
    return Promise.race([work, this.#aborted.promise]);
  }

  own(parcel: Parcel): void {
    for (const { action, kind, path, size } of entriesOf(parcel.entries)) {
      this.emit({ type: "entry", action, kind: kindWord(kind), path, size });
    }
    for (const record of parcel.failures) {
      const event = failureEvent(record);
      if (this.tally.failed(event)) this.emit(event);
    }
  }

  other(wire: WireParcel): void {
    this.own(parcelFromWire(wire));
    for (const { code, message } of wire.warnings) {
      // No daemon of ours has so many, and they are kept.
      if (this.tally.warnings.length >= MOST_WARNINGS) break;
      this.warn(code, message.slice(0, MESSAGE_LENGTH).replace(CONTROL, "\ufffd"));
    }
  }

  warn(code: string, message: string): void {
    const event = { type: "warning", code, message } as const;
    this.tally.warnings.push(event);
    this.emit(event);
  }

  phase(name: string): void {
    this.#phase = name;
  }

  emit(event: TransferEvent): void {
    this.options.onEvent?.(event);
  }

  /** How often its user was told that nothing moves. */
  get stalls(): number {
    return this.tally.warnings.filter(({ code }) => code === "stalled").length;
  }

  /** Tells what the data plane does, if anybody wants to know. */
  trace(line: string): void {
    this.options.traceDataPlane?.(line);
  }

  total(counter: number): number {
    let sum = totalOf(this.memory.counters, counter);
    for (const { otherCounters } of this.talks) sum += otherCounters[counter] ?? 0;
    return sum;
  }

  /** The clocks of two hosts differ: only what this one has seen counts. */
  earliest(counter: number): number | undefined {
    const earliest = earliestOf(this.memory.counters, counter);
    if (earliest === undefined && counter === Counter.FirstPayload) {
      return this.#firstPayloadMs === undefined
        ? undefined
        : performance.timeOrigin + this.#started + this.#firstPayloadMs;
    }
    return earliest;
  }

  /** Notes that so many bytes of content have passed this host. */
  notePayload(bytes: number): void {
    this.#firstPayloadMs ??= performance.now() - this.#started;
    this.#passedBytes += bytes;
  }

  /** Bytes on the data streams: those of the movers here, or what was passed on. */
  #wireBytes(): number {
    return this.#passedBytes + totalOf(this.memory.counters, Counter.WireBytes);
  }

  /** What the run did. */
  summary(): TransferSummary {
    if (this.options.progressIntervalMs) this.#progress();
    const { verb, options, sys } = this;
    const elapsedMs = performance.now() - this.#started;
    const job = { verb, dryRun: options.dryRun ?? false };
    const here = this.job?.sources[0];
    return {
      ...this.tally.summary(this, job, sys.name, elapsedMs, 0),
      ...endFields(this.ends),
      // This machine's own, whatever is told of it.
      ...filesystemTypes(sys, here?.root, here?.destination),
      transport: this.transport,
      streams: this.streams,
      wireBytes: this.#wireBytes(),
    };
  }

  /** Why the run failed, as its caller shall see it. */
  explain(error: unknown): unknown {
    if (this.options.signal?.aborted) return this.options.signal.reason;
    if (error instanceof SessionError) {
      const kind = error.exitCode === 64 ? "usage" : "aborted";
      return new TransferError(error.code, error.message.replace(CONTROL, "\ufffd"), kind);
    }
    if (error instanceof LinkError) {
      const isAsked = error.code === "refused" || error.code === "version";
      const hint = error.code === "lost" || error.code === "silent"
        ? " The same command again goes on from here."
        : "";
      return new TransferError(
        isAsked ? error.reason : error.code,
        error.message.replace(CONTROL, "\ufffd") + hint,
      );
    }
    if (error instanceof StreamFailure) {
      const hint = error.code === "link-lost" ? " The same command again goes on from here." : "";
      return new TransferError(error.code, `${error.message}${hint}`);
    }
    if (error instanceof Error && error.name === "DataConnectError") {
      return new TransferError((error as DataConnectError).code, error.message);
    }
    if (error instanceof FatalFailure) return this.#fatal(error);
    if (error instanceof WireError) return new TransferError(error.code, error.message);
    return error;
  }

  /** Closes connections and timers. */
  close(): void {
    this.isClosed = true;
    this.#timer?.stop();
    this.#stall.close();
    this.options.signal?.removeEventListener("abort", this.#onAbort);
    for (const talk of this.talks) talk.close();
    for (const connection of this.#connections) connection.close();
    this.sys.end();
  }

  #fatal({ record }: FatalFailure): TransferError {
    const event = record === undefined ? undefined : failureEvent(record);
    const stopped = Atomics.load(this.memory.control, Control.Abort) !== AbortReason.None;
    return new TransferError(
      event?.code ?? "aborted",
      `${event?.message ?? "The run was stopped."}${
        stopped ? " Stopped: nothing further was written." : ""
      }`,
    );
  }

  #progress(): void {
    const elapsedMs = performance.now() - this.#started;
    const { failureCount } = this.tally;
    this.emit(progressEvent(this, failureCount, this.#phase, elapsedMs, this.#stall.state));
  }
}
