import type { Begin, EndReport, Frame, SourceFact } from "../../../proto/generated/blit.ts";
import { newMemory } from "../../pool/memory.ts";
import { failureEvent } from "../../report/mod.ts";
import { openSys, type Sys } from "../../sys/mod.ts";
import { makeDirectories } from "../../transfer/make_directories.ts";
import { makeJob } from "../../transfer/make_job.ts";
import { DestinationEnd } from "../end/destination_end.ts";
import { SourceEnd } from "../end/source_end.ts";
import type { ControlLink, SessionKind } from "../grpc/mod.ts";
import type { Chroot } from "../mover/crew.ts";
import type { Limits, Log, Module } from "../server.ts";
import { knowsDifferences } from "./capabilities.ts";
import { chrootRefusal } from "../../sys/linux/chroot.ts";
import type { DaemonHistory } from "../../history/daemon_history.ts";
import { abortOf } from "./abort.ts";
import {
  closeConnections,
  closeStreams,
  type DataConnection,
  type GivenStream,
  handOver,
} from "./client_streams.ts";
import type { Admission, DataPort } from "./data_port.ts";
import { placeInModule } from "./destination_side.ts";
import { explainEnd } from "./explain_end.ts";
import { findModule } from "./find_module.ts";
import { IdleWatch } from "./idle_watch.ts";
import { type KnownEnd, knownEnd, ownReport } from "./end_report.ts";
import { SessionError } from "./session_error.ts";
import { SessionRecord } from "./session_record.ts";
import { amountLine, beginLine } from "./session_lines.ts";
import { waitInModule } from "./own_wait.ts";
import { reachModule } from "./reach_module.ts";
import { findModuleSources } from "./source_side.ts";
import { Talk } from "./talk.ts";
import type { Turns } from "./turns.ts";
import { optionsFromWire, type SessionOptions, verbFromWire } from "./wire_options.ts";

/**
 * How long a client may take to open its data streams, as a multiple of the time that a connection
 * may take to say what it wants: it may have to find out first that it cannot reach the data port.
 * Tokens are good for as long.
 */
export const STREAM_TIMES = 6;

/** How long a session waits for its turn to begin. */
const TURN_MS = 10_000;

/** How long a client may take to end when all is done. */
const FAREWELL_MS = 5000;

/** What a session needs of the daemon. */
export interface DaemonMeans {
  readonly modules: readonly Module[];
  readonly data: DataPort;
  /** Turns to begin in. */
  readonly turns: Turns;
  readonly limits: Limits;
  readonly log: Log;
  /** Where what came of it is kept, if anywhere. */
  readonly history: DaemonHistory | undefined;
}

/** One session at the daemon: from the client's Begin to the last word of both. */
export class DaemonSession {
  readonly #id: Uint8Array = crypto.getRandomValues(new Uint8Array(16));
  readonly #log: Log;
  readonly #memory = newMemory();
  readonly #connections: DataConnection[] = [];
  readonly #given: GivenStream[] = [];
  #admission: Admission | undefined;
  #end: SourceEnd | DestinationEnd | undefined;
  #talk: Talk | undefined;
  #sys: Sys | undefined;
  #idle: IdleWatch | undefined;
  /** Resolves when the client has said all. */
  #heard: Promise<void> = Promise.resolve();
  #endTurn: (() => void) | undefined;
  readonly #record = new SessionRecord();
  /** How this end fared, once all is done. */
  #here: KnownEnd = { stalls: 0 };
  #isClosed = false;
  readonly #started: number = performance.now();

  constructor(
    readonly kind: SessionKind,
    readonly link: ControlLink,
    readonly means: DaemonMeans,
  ) {
    this.#log = means.log.session(this.#id.toHex().slice(0, 8));
  }

  /** Runs the session; never rejects. */
  async run(): Promise<void> {
    const { link } = this;
    try {
      const begin = await this.#hearBegin();
      this.#endTurn = await this.means.turns.take(TURN_MS);
      const { sys } = await openSys();
      this.#sys = sys;
      if (this.kind === "push") await this.#receive(sys, begin);
      else await this.#send(sys, begin);
      await this.#close(false);
      this.#log.info(`Ended: ${this.#amount()}.`);
      await this.#keep(begin, sys.name);
      await this.#untilClientEnds();
    } catch (error) {
      const { error: reason, isDefect } = explainEnd(error);
      if (isDefect) this.#log.error(`A defect: ${reason.stack ?? reason.message}`);
      const why = isDefect ? "a defect." : reason.message;
      this.#log.warning(`Ended early (${this.#amount()}): ${why}`);
      link.abort(abortOf(reason));
      await this.#close(true);
    }
  }

  /** The client ends first: to what it still sends, a call that is over answers with an error. */
  async #untilClientEnds(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, FAREWELL_MS));
    await Promise.race([this.#heard, late]);
    clearTimeout(timer);
  }

  /** What the client wants, which it has to say soon. */
  async #hearBegin(): Promise<Begin> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const message = "A session was opened, and nothing was wanted of it for too long.";
      late.reject(new SessionError("timeout", message));
    }, this.means.limits.preAuthenticationMs);
    try {
      const frame = await Promise.race([this.link.receive(), late.promise]);
      if (frame?.body?.$case === "begin") return frame.body.value;
      throw new SessionError("frame", "A session begins with what is wanted.");
    } finally {
      clearTimeout(timer);
    }
  }

  #amount(): string {
    const { counters, others } = this.#talk === undefined
      ? { counters: [], others: [] }
      : { counters: this.#talk.counters(), others: this.#talk.otherCounters };
    return amountLine(counters, others, performance.now() - this.#started);
  }

  /** A client's tree comes here. */
  async #receive(sys: Sys, begin: Begin): Promise<void> {
    const verb = verbFromWire(begin.verb);
    const differences = knowsDifferences(await this.link.hello);
    const options = optionsOf(begin, differences);
    const module = findModule(this.means.modules, begin.module);
    this.#log.info(beginLine(this.link.peer, verb, "to", module, [begin.path]));
    const { dryRun } = options;
    const mayHang = await reachModule(sys, module, [begin.path], this.means.limits.idleMs);
    const placed = placeInModule(sys, begin.sources, module, begin.path, verb, dryRun);
    const job = { ...makeJob(sys, verb, options, placed), mayHang };
    makeDirectories(sys, job);
    const talk = this.#talk = this.#newTalk(sys, module);
    const end = this.#end = new DestinationEnd(talk, job, this.#memory, this.#chrootOf(module));
    const streams = this.#streamsFor(begin, begin.sources);
    end.staff(streams);
    await this.#standBy(begin, streams, []);
    this.#work(talk, end, streams, "in");
    const run = end.run({ forceDelete: options.forceDelete, canConfirm: options.canConfirm });
    await Promise.race([run, talk.failed]);
    await Promise.race([end.outgoing.flushed(), talk.failed]);
    await Promise.race([talk.sayDone(end.extrasLeft, sys.name, this.#report(sys)), talk.failed]);
    await talk.done;
  }

  /** A client wants a tree from here. */
  async #send(sys: Sys, begin: Begin): Promise<void> {
    const verb = verbFromWire(begin.verb);
    const differences = knowsDifferences(await this.link.hello);
    const options = optionsOf(begin, differences);
    const module = findModule(this.means.modules, begin.module);
    this.#log.info(beginLine(this.link.peer, verb, "from", module, begin.sourcePaths));
    const hasList = options.filter?.files !== undefined;
    const { sourcePaths } = begin;
    const mayHang = await reachModule(sys, module, sourcePaths, this.means.limits.idleMs);
    const { jobSources, facts } = findModuleSources(sys, verb, module, sourcePaths, hasList);
    const job = { ...makeJob(sys, verb, options, jobSources), mayHang };
    const talk = this.#talk = this.#newTalk(sys, module);
    const end = this.#end = new SourceEnd(talk, job, this.#memory, this.#chrootOf(module));
    end.differences = differences;
    const streams = this.#streamsFor(begin, facts);
    end.staff(streams);
    await this.#standBy(begin, streams, [...facts]);
    end.scan();
    this.#work(talk, end, streams, "out");
    await talk.done;
    await Promise.race([end.finish(), talk.failed]);
    await Promise.race([end.outgoing.flushed(), talk.failed]);
    await Promise.race([talk.sayDone(0, sys.name, this.#report(sys)), talk.failed]);
  }

  /** How this end fared, while its movers are still there. */
  #report(sys: Sys): EndReport | undefined {
    const report = this.#end === undefined ? undefined : ownReport(sys, this.#end, 0);
    this.#here = knownEnd(report);
    return report;
  }

  /** Keeps what came of the session in the daemon's history; what was not done is not kept. */
  async #keep(begin: Begin, backend: Sys["name"]): Promise<void> {
    const verb = verbFromWire(begin.verb);
    const talk = this.#talk;
    const [first] = this.#connections;
    if (verb === "check" || begin.options?.dryRun || talk === undefined) return;
    this.means.history?.keep(this.#record.of({
      kind: this.kind,
      verb,
      begin,
      backend,
      transport: first?.kind ?? "tcp",
      streams: this.#connections.length,
      own: talk.counters(),
      other: talk.otherCounters,
      rows: this.#memory.counters,
      started: this.#started,
      here: this.#here,
      done: await talk.done,
    }));
  }

  /** One file goes over one stream: a second mover at each end would only be started. */
  #streamsFor({ streams }: Begin, sources: readonly SourceFact[]): number {
    const isOneFile = sources.length === 1 && sources[0]?.isDirectory === false;
    const most = isOneFile ? 1 : this.means.limits.streamsPerSession;
    return Math.max(1, Math.min(streams, most));
  }

  /** Tells the client that the session stands, and how to bring its data. */
  async #standBy(begin: Begin, streams: number, sources: Begin["sources"]): Promise<void> {
    const { data } = this.means;
    const admission = this.#admission = await data.expect(this.#id, streams);
    await this.#talk?.send({
      body: {
        $case: "ready",
        value: {
          session: this.#id,
          dataPort: begin.forceGrpcData ? 0 : data.port,
          tokens: [...admission.tokens],
          streams,
          sources,
        },
      },
    });
  }

  /** From now on both ends hear each other. */
  #work(
    talk: Talk,
    end: SourceEnd | DestinationEnd,
    streams: number,
    direction: "in" | "out",
  ): void {
    const { limits } = this.means;
    this.#heard = talk.listen(end);
    const late = setTimeout(() => {
      const message = "The session's data connections did not come in time.";
      talk.fail(new SessionError("timeout", message));
    }, limits.preAuthenticationMs * STREAM_TIMES);
    this.#attach(end, streams, direction)
      .catch((error) => talk.fail(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        clearTimeout(late);
        this.#endTurn?.();
      });
    talk.tellCounters();
    const pulse = (): number[] => {
      const { words, syncedMebibytes, otherCounters } = talk;
      return [words, syncedMebibytes, ...talk.counters(), ...otherCounters];
    };
    this.#idle = new IdleWatch(limits.idleMs, pulse, () => {
      const message = `The daemon ended the session: nothing has happened in it for ${
        Math.round(limits.idleMs / 1000)
      } s.`;
      talk.fail(new SessionError("idle", message));
    });
  }

  /** Hands data connections to the movers as they come. */
  async #attach(
    end: SourceEnd | DestinationEnd,
    streams: number,
    direction: "in" | "out",
  ): Promise<void> {
    await Promise.all(Array.from({ length: streams }, async (_, stream) => {
      const data = await this.#admission?.arrived(stream);
      const mover = end.movers[stream];
      if (data === undefined || mover === undefined) return;
      if (this.#isClosed) return closeConnections([data]);
      this.#connections.push(data);
      const handover = handOver(data, mover, direction);
      this.#given.push({ handover, mover });
      end.attach(stream, handover.stream);
    }));
  }

  #newTalk(sys: Sys, module: Module): Talk {
    const tell = (frame: Frame): void => this.#end?.outgoing.frame(frame);
    const talk = new Talk(Promise.resolve(this.link), this.#memory, {
      own: (parcel) => {
        this.#record.own(parcel);
        for (const record of parcel.failures) this.#log.debug(failureEvent(record).message);
      },
      other: (parcel) => this.#record.other(parcel),
      warn: (code, message) => {
        const value = { entries: [], failures: [], warnings: [{ code, message }] };
        tell({ body: { $case: "parcel", value } });
      },
      phase: (name) => tell({ body: { $case: "phase", value: { name } } }),
      confirm: undefined,
    }, true);
    talk.ownWait = () => waitInModule({ sys, memory: this.#memory }, module);
    talk.writtenBytes = () => sys.writtenBytes();
    return talk;
  }

  /** Where movers are to work, as the module says. */
  #chrootOf(module: Module): Chroot | undefined {
    if (!module.useChroot) return undefined;
    let isTold = false;
    return {
      root: module.path,
      refused: (errno) => {
        if (!isTold) this.#log.warning(chrootRefusal(module.name, errno));
        isTold = true;
      },
    };
  }

  async #close(atOnce: boolean): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#endTurn?.();
    this.#talk?.close();
    this.#idle?.close();
    this.#admission?.forget();
    await this.#end?.close(atOnce);
    const { kind } = this;
    await closeStreams(this.#given, this.#connections, atOnce || kind === "push");
    this.#sys?.end();
  }
}

function optionsOf({ options, verb }: Begin, differences: boolean): SessionOptions {
  if (options === undefined) throw new SessionError("options", "A session needs its options.");
  if (verbFromWire(verb) === "check" && !options.dryRun) {
    throw new SessionError("options", "A check that is no dry run cannot be: it changes nothing.");
  }
  return optionsFromWire(options, differences);
}
