import type { Message, ResourceRecord } from "../dns/message.ts";
import { messageOf, RecordType } from "../dns/message.ts";
import { writeMessage } from "../dns/write.ts";
import type { Link, Packet } from "../link/link.ts";
import { pause, randomMs } from "../pause.ts";
import { type Contested, contestedBy, lostTo } from "./conflict.ts";
import type { ServiceRecords } from "./records.ts";
import { Responder } from "./responder.ts";

/** What a voice asks and tells. */
export interface Desk {
  /** What is to be said on this link now. */
  records(link: Link): ServiceRecords;
  /** Addresses of this machine. */
  own(): ReadonlySet<string>;
  /** Somebody else has the name: take another, and establish it everywhere. */
  onLost(contested: Contested, voice: Voice): void;
  /** The names are ours on this link. */
  onEstablished(voice: Voice): void;
  /** A packet could not be sent. */
  onFailure(link: Link, reason: string): void;
}

/** Probes, and the time between them (RFC 6762, 8.1). */
const PROBES = 3;
const PROBE_MS = 250;
/** How long whoever lost lets the other go first (RFC 6762, 8.2). */
const LOST_MS = 1000;
/** Announcements, and the time between them (RFC 6762, 8.3). */
const ANNOUNCEMENTS = 2;
const ANNOUNCE_MS = 1000;
/** So many conflicts in so short a time make the next probe wait (RFC 6762, 8.1). */
const MANY_CONFLICTS = 15;
const SHORT_MS = 10_000;
const CALM_MS = 5000;
/** Packets of ours that may still come back to us. */
const REMEMBERED = 32;

/** One service on one link: takes its names, announces them, defends them, answers. */
export class Voice {
  readonly #responder: Responder;
  /** Ends what goes on. */
  #course = new AbortController();
  #conflicts: number[] = [];
  /** What was sent last, to know it when it comes back. */
  #sent: string[] = [];
  #leaving: Promise<unknown>[] = [];
  /** Names are ours, and questions are answered. */
  established = false;

  constructor(readonly link: Link, readonly desk: Desk) {
    this.#responder = new Responder(
      (bytes, to) => this.#send(bytes, to),
      () => desk.records(link),
    );
  }

  /** Takes the names, which others may defend, and announces them. */
  establish(delayMs: number = randomMs(0, PROBE_MS)): void {
    this.established = false;
    void this.#establish(this.#restart(), delayMs);
  }

  /** Says again what has changed. */
  announce(records: readonly ResourceRecord[]): void {
    if (this.established && records.length > 0) void this.#announce(() => records, this.#restart());
  }

  /** Takes in a packet that came over the link. */
  receive(message: Message, from: Packet): void {
    const own = this.desk.own();
    if (this.#isEcho(from, own)) return;
    const records = this.desk.records(this.link);
    if (message.response) {
      const contested = contestedBy(message, records, from.address, own);
      if (contested === undefined) return;
      // Whoever was heard may be gone: asked once more, it says so (RFC 6762, 9).
      if (this.established) this.establish(this.#calmMs());
      else this.desk.onLost(contested, this);
    } else if (this.established) {
      this.#responder.answer(message, from);
    } else if (lostTo(message, records, from.address, own) !== undefined) {
      this.establish(LOST_MS);
    }
  }

  /** How long to wait before names are asked for again. */
  #calmMs(): number {
    const now = performance.now();
    this.#conflicts = [...this.#conflicts.filter((at) => now - at < SHORT_MS), now];
    return this.#conflicts.length >= MANY_CONFLICTS ? CALM_MS : 0;
  }

  /** Takes back what was announced. */
  goodbye(): void {
    if (!this.established) return;
    const { pointers, own, instance } = this.desk.records(this.link);
    // Not the type itself, nor the host's addresses, which others may have announced as well.
    const leads = pointers.filter(({ data }) =>
      data.kind === "pointer" && data.target === instance
    );
    const answers = [...leads, ...own].map((record) => ({ ...record, ttl: 0 }));
    this.#send(writeMessage(messageOf({ response: true, answers })));
    this.established = false;
  }

  /** Ends it, when what was sent has left. */
  async close(): Promise<void> {
    this.#restart().abort();
    await Promise.all(this.#leaving);
    await this.link.close();
  }

  /** Ends what goes on, and gives what ends the next. */
  #restart(): AbortController {
    this.#course.abort();
    this.#responder.stop();
    this.#course = new AbortController();
    return this.#course;
  }

  async #establish(course: AbortController, delayMs: number): Promise<void> {
    if (!await pause(delayMs, course.signal)) return;
    for (let probe = 0; probe < PROBES; probe++) {
      const { instance, host, own, addresses } = this.desk.records(this.link);
      const names = addresses.length > 0 ? [instance, host] : [instance];
      this.#send(writeMessage(messageOf({
        questions: names.map((name) => ({ name, type: RecordType.ANY, unicast: false })),
        authorities: [...own, ...addresses],
      })));
      if (!await pause(PROBE_MS, course.signal)) return;
    }
    this.established = true;
    this.desk.onEstablished(this);
    await this.#announce(() => {
      const { pointers, own, addresses } = this.desk.records(this.link);
      return [...pointers, ...own, ...addresses];
    }, course);
  }

  async #announce(
    records: () => readonly ResourceRecord[],
    course: AbortController,
  ): Promise<void> {
    for (let time = 0; time < ANNOUNCEMENTS; time++) {
      if (time > 0 && !await pause(ANNOUNCE_MS, course.signal)) return;
      const answers = records();
      this.#send(writeMessage(messageOf({ response: true, answers })));
      this.#responder.wasSent(answers);
    }
  }

  #send(bytes: Uint8Array, to?: Packet): void {
    if (to === undefined) this.#sent = [bytes.toHex(), ...this.#sent].slice(0, REMEMBERED);
    const leaving = this.link.send(bytes, to).then((reason) => {
      this.#leaving = this.#leaving.filter((other) => other !== leaving);
      if (reason !== undefined) this.desk.onFailure(this.link, reason);
    });
    this.#leaving.push(leaving);
  }

  /** Whether it is a packet of ours: the group's packets come to their senders too. */
  #isEcho({ bytes, address }: Packet, own: ReadonlySet<string>): boolean {
    return own.has(address.replace(/%.*$/, "")) && this.#sent.includes(bytes.toHex());
  }
}
