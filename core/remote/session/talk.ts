import type {
  Done,
  EndReport,
  Frame,
  Parcel as WireParcel,
  Ready,
} from "../../../proto/generated/blit.ts";
import { Counter, COUNTERS, totalOf } from "../../movers/counters.ts";
import type { SharedMemory } from "../../movers/control.ts";
import type { Parcel } from "../../movers/outbox.ts";
import { after, every, type Timer } from "../../timer.ts";
import type { DeletionRequest } from "../../transfer/options.ts";
import { WireError } from "../batch/mod.ts";
import type { EndHost } from "../end/end_host.ts";
import type { ControlLink } from "../grpc/mod.ts";
import { StreamFailure } from "../end/stream_failure.ts";
import { CONTROL, MESSAGE_LENGTH } from "./peer_text.ts";
import { OwnWait } from "./own_wait.ts";
import { SessionError } from "./session_error.ts";

export { CONTROL, MESSAGE_LENGTH } from "./peer_text.ts";

/** How long the reason for a lost stream may take to come. */
const REASON_MS = 500;

/** How often an end tells the other how far it is. */
const COUNTERS_MS = 250;

/** What a phase may be called. */
const PHASE = /^[a-z-]{1,32}$/;

/** Whom a session reports to: the client's user, or the daemon's log. */
export interface Listener {
  /** What happened to entries at this end. */
  own(parcel: Parcel): void;
  /** What happened to entries at the other end. */
  other(parcel: WireParcel): void;
  warn(code: string, message: string): void;
  phase(name: string): void;
  /** Whether extras may be deleted; undefined when this end has nobody to ask. */
  readonly confirm: ((request: DeletionRequest) => Promise<boolean>) | undefined;
}

/** Who takes the frames that concern one end of a transfer; false for any other. */
export interface Hearer {
  hear(frame: Frame): boolean | Promise<boolean>;
}

/**
 * One end's talk with the other over a link: sends frames in order, hears those of the other end
 * and passes them on, keeps its counters, and ends with its Done.
 */
export class Talk implements EndHost {
  otherFailures = 0;
  otherCounters: readonly number[] = [];
  /** Frames that came or went, but those that only say that an end is alive. */
  words = 0;
  /** What the other end waits for in its file systems, in its words; empty if it does not. */
  otherWaitsFor = "";
  /** What this end waits for, for the other end's ears. */
  ownWait: (() => string | undefined) | undefined;
  /** Bytes that this machine has put on disks: so that waiting for them is no rest. */
  writtenBytes: (() => number) | undefined;
  /** Rejects when the session cannot go on. */
  readonly failed: Promise<never>;
  readonly #fail: (error: Error) => void;
  #link: ControlLink | undefined;
  readonly #done = Promise.withResolvers<Done>();
  readonly #ready = Promise.withResolvers<Ready>();
  #confirmed: PromiseWithResolvers<boolean> | undefined;
  #timer: Timer | undefined;
  /** A stream was lost; unless a reason comes, that is the reason. */
  #late: Timer | undefined;
  #phase = "transfer";
  /** The other end has said its last word. */
  #isDone = false;
  #isReady = false;
  /** The user is being asked what the other end wanted to know. */
  #isAsked = false;

  constructor(
    readonly link: Promise<ControlLink>,
    readonly memory: SharedMemory,
    readonly listener: Listener,
    readonly tellsEntries: boolean,
  ) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.failed = promise;
    this.#fail = reject;
    link.then((opened) => this.#link = opened, () => {});
    // Whoever runs the session hears of it when it looks.
    for (const awaited of [promise, this.#done.promise, this.#ready.promise]) {
      awaited.catch(() => {});
    }
  }

  /** The other end as sentences name it, once there is a link. */
  get peer(): string | undefined {
    return this.#link?.peer;
  }

  /** When the other end was last heard of, if only that it lives. */
  get heardAt(): number {
    return this.#link?.heardAt ?? 0;
  }

  /** The daemon's answer that the session stands. */
  get ready(): Promise<Ready> {
    return this.#ready.promise;
  }

  /** The other end's last word. */
  get done(): Promise<Done> {
    return this.#done.promise;
  }

  async send(frame: Frame): Promise<void> {
    if (frame.body?.$case !== "counters") this.words++;
    await (await this.link).send(frame);
  }

  parcel(parcel: Parcel): void {
    this.listener.own(parcel);
  }

  warn(code: string, message: string): void {
    this.listener.warn(code, message);
  }

  phase(name: string): void {
    this.#phase = name;
    this.listener.phase(name);
  }

  fail(error: Error): void {
    // The other end that gives up closes its streams: why it does is on its way as well.
    const isEffect = error instanceof StreamFailure && error.code === "link-lost";
    if (isEffect) this.#late ??= after(REASON_MS, () => this.#end(error));
    else this.#end(error);
  }

  #end(error: Error): void {
    this.#fail(error);
    this.#done.reject(error);
    this.#ready.reject(error);
    this.#confirmed?.resolve(false);
  }

  async confirm(request: DeletionRequest): Promise<boolean> {
    if (this.listener.confirm !== undefined) return await this.listener.confirm(request);
    this.#confirmed = Promise.withResolvers();
    const { count, destinationEntries, samples, backupDir } = request;
    await this.send({
      body: {
        $case: "confirmRequest",
        value: {
          count,
          destinationEntries,
          samples: [...samples],
          backupDir: new TextEncoder().encode(backupDir ?? ""),
        },
      },
    });
    return await this.#confirmed.promise;
  }

  /** Hears the other end until the session stands. */
  async awaitReady(): Promise<Ready> {
    const link = await this.link;
    for (;;) {
      const frame = await link.receive();
      if (frame === undefined) {
        throw new SessionError("link-lost", "The other end has ended the session too early.");
      }
      this.#hear(frame);
      if (frame.body?.$case === "ready") return frame.body.value;
    }
  }

  /** Hears the other end until it has said all; */
  async listen(end: Hearer): Promise<void> {
    try {
      const link = await this.link;
      for (;;) {
        const frame = await link.receive();
        if (frame === undefined) break;
        if (frame.body?.$case !== "counters") this.words++;
        if (this.#isDone) continue; // nothing matters any more
        if (!await end.hear(frame)) this.#hear(frame);
      }
      if (this.#isDone) return;
      this.fail(new SessionError("link-lost", "The other end has ended the session too early."));
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Tells the other end now and then how far this one is, from when the session stands. */
  tellCounters(): void {
    const wait = new OwnWait(() => this.ownWait?.());
    this.#timer = every(COUNTERS_MS, () => {
      const values = this.counters();
      values[Counter.BytesProved]! += this.syncedMebibytes; // one of them
      const value = { values, phase: this.#phase, waitingFor: wait.after(values) };
      this.send({ body: { $case: "counters", value } }).catch(() => {});
    });
  }

  /** MiB that this machine has put on disks, while this end waits for that; otherwise 0. */
  get syncedMebibytes(): number {
    return this.#phase === "sync" ? Math.floor((this.writtenBytes?.() ?? 0) / (1 << 20)) : 0;
  }

  /** This end's counters, summed up over its movers. */
  counters(): number[] {
    const { counters } = this.memory;
    return Array.from({ length: COUNTERS }, (_, counter) => totalOf(counters, counter));
  }

  /** Says this end's last word, with how it fared if that is to be told. */
  async sayDone(extrasLeft: number, backend: string, report?: EndReport): Promise<void> {
    this.#stopTimer();
    const counters = this.counters();
    await this.send({
      body: { $case: "done", value: { counters, extrasLeft, failures: 0, backend, report } },
    });
  }

  /** Gives back what it holds. */
  close(): void {
    this.#stopTimer();
    this.#late?.stop();
  }

  #stopTimer(): void {
    this.#timer?.stop();
    this.#timer = undefined;
  }

  #hear({ body }: Frame): void {
    switch (body?.$case) {
      case "ready":
        // Only a daemon says it, and once; the daemon alone tells of entries.
        if (this.tellsEntries || this.#isReady) throw outOfTurn("a second ready");
        this.#isReady = true;
        this.#ready.resolve(body.value);
        return;
      case "parcel":
        this.otherFailures += body.value.failures.length;
        this.listener.other(body.value);
        return;
      case "counters":
        this.otherCounters = body.value.values.map(counted);
        this.otherWaitsFor = body.value.waitingFor.slice(0, MESSAGE_LENGTH)
          .replace(CONTROL, "\ufffd");
        return;
      case "phase":
        // It is shown as it is where it is not known, as that of a newer daemon.
        if (!PHASE.test(body.value.name)) throw outOfTurn("a phase");
        this.listener.phase(body.value.name);
        return;
      case "confirmRequest":
        if (this.listener.confirm === undefined || this.#isAsked) throw outOfTurn("a question");
        this.#answer({
          ...body.value,
          backupDir: new TextDecoder().decode(body.value.backupDir),
        });
        return;
      case "confirmAnswer":
        if (this.#confirmed === undefined) throw outOfTurn("an answer");
        this.#confirmed.resolve(body.value.yes);
        this.#confirmed = undefined;
        return;
      case "done":
        this.otherCounters = body.value.counters.map(counted);
        this.#isDone = true;
        this.#done.resolve(body.value);
        return;
      case "abort":
        throw new SessionError(
          body.value.code,
          body.value.message.slice(0, MESSAGE_LENGTH),
          body.value.exitCode === 64 ? 64 : 1,
        );
      default:
        throw outOfTurn(body?.$case ?? "nothing");
    }
  }

  #answer(
    { count, destinationEntries, samples, backupDir }: {
      readonly count: number;
      readonly destinationEntries: number;
      readonly samples: readonly string[];
      readonly backupDir: string;
    },
  ): void {
    const request: DeletionRequest = {
      count,
      destinationEntries,
      samples: samples.map((sample) => sample.replace(CONTROL, "\ufffd")),
      ...(backupDir === "" ? {} : { backupDir: backupDir.replace(CONTROL, "\ufffd") }),
    };
    const asked = this.listener.confirm?.(request) ?? Promise.resolve(false);
    this.#isAsked = true;
    asked.finally(() => this.#isAsked = false)
      .then((yes) => this.send({ body: { $case: "confirmAnswer", value: { yes } } }))
      .catch((error) => this.fail(error instanceof Error ? error : new Error(String(error))));
  }
}

function outOfTurn(what: string): WireError {
  return new WireError("frame", `The other end sent ${what} out of turn.`);
}

/** A counter is a number that can be added up, whatever the other end says. */
function counted(value: number): number {
  return Number.isFinite(value) && value >= 0 ? value : 0;
}
