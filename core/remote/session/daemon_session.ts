import type { Begin, Frame } from "../../../proto/generated/blit.ts";
import { newMemory } from "../../pool/memory.ts";
import { failureEvent } from "../../report/mod.ts";
import { openSys, type Sys } from "../../sys/mod.ts";
import { makeJob } from "../../transfer/make_job.ts";
import { TransferError } from "../../transfer/failure.ts";
import { DestinationEnd } from "../end/destination_end.ts";
import { FatalFailure } from "../end/fatal_failure.ts";
import { SourceEnd } from "../end/source_end.ts";
import { StreamFailure } from "../end/stream_failure.ts";
import { type ControlLink, LinkError, type SessionKind } from "../grpc/mod.ts";
import type { Handover } from "../data/mod.ts";
import type { Limits, Log, Module } from "../server.ts";
import { abortOf } from "./abort.ts";
import { closeConnections, type DataConnection, handOver } from "./client_streams.ts";
import type { Admission, DataPort } from "./data_port.ts";
import { placeInModule } from "./destination_side.ts";
import { SessionError } from "./session_error.ts";
import { findModuleSources } from "./source_side.ts";
import { Talk } from "./talk.ts";
import { optionsFromWire, type SessionOptions, verbFromWire } from "./wire_options.ts";

/** What a session needs of the daemon. */
export interface DaemonMeans {
  readonly modules: readonly Module[];
  readonly data: DataPort;
  readonly limits: Limits;
  readonly log: Log;
}

/** One session at the daemon: from the client's Begin to the last word of both. */
export class DaemonSession {
  readonly #id: Uint8Array = crypto.getRandomValues(new Uint8Array(16));
  readonly #log: Log;
  readonly #memory = newMemory();
  readonly #connections: DataConnection[] = [];
  readonly #handovers: Handover[] = [];
  #admission: Admission | undefined;
  #end: SourceEnd | DestinationEnd | undefined;
  #talk: Talk | undefined;
  #sys: Sys | undefined;

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
      const frame = await link.receive();
      if (frame?.body?.$case !== "begin") {
        throw new SessionError("frame", "A session begins with what is wanted.");
      }
      const { sys } = await openSys();
      this.#sys = sys;
      if (this.kind === "push") await this.#receive(sys, frame.body.value);
      else await this.#send(sys, frame.body.value);
      await this.#close(false);
      this.#log.info("Ended: all is done.");
    } catch (error) {
      const reason = explain(error);
      this.#log.warning(`Ended early: ${reason.message}`);
      link.abort(abortOf(reason));
      await this.#close(true);
    }
  }

  /** A client's tree comes here. */
  async #receive(sys: Sys, begin: Begin): Promise<void> {
    const verb = verbFromWire(begin.verb);
    const options = optionsOf(begin);
    const module = this.#module(begin.module);
    this.#log.info(`${this.link.peer} begins to ${verb} to ${shown(module, begin.path)}`);
    const { dryRun } = options;
    const placed = placeInModule(sys, begin.sources, module, begin.path, dryRun);
    const job = makeJob(sys, verb, options, placed);
    const talk = this.#talk = this.#newTalk();
    const end = this.#end = new DestinationEnd(talk, job, this.#memory, chrootOf(module));
    const streams = this.#streamsFor(begin);
    end.staff(streams);
    await this.#standBy(begin, streams, []);
    void talk.listen(end);
    void this.#attach(end, streams, "in");
    talk.tellCounters();
    const run = end.run({ forceDelete: options.forceDelete, canConfirm: options.canConfirm });
    await Promise.race([run, talk.failed]);
    await end.outgoing.flushed();
    await talk.sayDone(end.extrasLeft, sys.name);
    await talk.done;
  }

  /** A client wants a tree from here. */
  async #send(sys: Sys, begin: Begin): Promise<void> {
    const verb = verbFromWire(begin.verb);
    const options = optionsOf(begin);
    const module = this.#module(begin.module);
    const from = begin.sourcePaths.map((path) => shown(module, path)).join(", ");
    this.#log.info(`${this.link.peer} begins to ${verb} from ${from}`);
    const hasList = options.filter?.files !== undefined;
    const { jobSources, facts } = findModuleSources(sys, verb, module, begin.sourcePaths, hasList);
    const job = makeJob(sys, verb, options, jobSources);
    const talk = this.#talk = this.#newTalk();
    const end = this.#end = new SourceEnd(talk, job, this.#memory, chrootOf(module));
    const streams = this.#streamsFor(begin);
    end.staff(streams);
    await this.#standBy(begin, streams, [...facts]);
    end.scan();
    void talk.listen(end);
    void this.#attach(end, streams, "out");
    talk.tellCounters();
    await talk.done;
    await Promise.race([end.finish(), talk.failed]);
    await end.outgoing.flushed();
    await talk.sayDone(0, sys.name);
  }

  #module(name: string): Module {
    const module = this.means.modules.find((one) => one.name === name);
    if (module !== undefined) return module;
    throw new SessionError(
      "no-such-module",
      name === ""
        ? "The daemon has no default export: name a module, as in server:/module/."
        : `The daemon has no module "${name}".`,
    );
  }

  #streamsFor(begin: Begin): number {
    return Math.max(1, Math.min(begin.streams, this.means.limits.streamsPerSession));
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
      this.#connections.push(data);
      const handover = handOver(data, mover.waker, direction);
      this.#handovers.push(handover);
      end.attach(stream, handover.stream);
    }));
  }

  #newTalk(): Talk {
    const tell = (frame: Frame): void => this.#end?.outgoing.frame(frame);
    return new Talk(Promise.resolve(this.link), this.#memory, {
      own: (parcel) => {
        for (const record of parcel.failures) this.#log.debug(failureEvent(record).message);
      },
      other: () => {},
      warn: (code, message) => {
        const value = { entries: [], failures: [], warnings: [{ code, message }] };
        tell({ body: { $case: "parcel", value } });
      },
      phase: (name) => tell({ body: { $case: "phase", value: { name } } }),
      confirm: undefined,
    }, true);
  }

  async #close(atOnce: boolean): Promise<void> {
    this.#talk?.close();
    this.#admission?.forget();
    await this.#end?.close(atOnce);
    if (atOnce) { for (const handover of this.#handovers) handover.stop(); }
    closeConnections(this.#connections);
    await Promise.all(this.#handovers.map(({ done }) => done));
    this.#sys?.end();
  }
}

function shown(module: Module, path: Uint8Array): string {
  const within = new TextDecoder().decode(path);
  return module.name === "" ? `//${within}` : `/${module.name}/${within}`;
}

function optionsOf({ options }: Begin): SessionOptions {
  if (options === undefined) throw new SessionError("options", "A session needs its options.");
  return optionsFromWire(options);
}

function chrootOf(module: Module): string | undefined {
  if (!module.useChroot) return undefined;
  return new TextDecoder().decode(module.path.subarray(0, -1));
}

/** Why a session ended, in words that may leave this host. */
function explain(error: unknown): Error {
  if (error instanceof StreamFailure) return new SessionError(error.code, error.message);
  if (error instanceof FatalFailure) {
    const event = error.record === undefined ? undefined : failureEvent(error.record);
    return new SessionError(
      event?.code ?? "aborted",
      `${event?.message ?? "The run was stopped."} Stopped: nothing further was written.`,
    );
  }
  if (error instanceof LinkError || error instanceof SessionError) return error;
  if (error instanceof TransferError) return error;
  if (error instanceof Error && error.name === "WireError") {
    return new SessionError("protocol", error.message);
  }
  return error instanceof Error ? error : new Error(String(error));
}
