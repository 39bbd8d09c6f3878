import { recordKey } from "../dns/compare.ts";
import { type Message, messageOf, type Question, type ResourceRecord } from "../dns/message.ts";
import { nameKey } from "../dns/name.ts";
import { writeMessage } from "../dns/write.ts";
import type { Packet } from "../link/link.ts";
import { MDNS_PORT } from "../link/socket.ts";
import { randomMs } from "../pause.ts";
import { additionsTo, answersTo, KnownAnswers } from "./answer.ts";
import type { ServiceRecords } from "./records.ts";

/** Sends to all, or to one. */
export type Send = (bytes: Uint8Array, to?: Packet) => void;

/** A record is not sent to all again before this, or if somebody asks whether a name is taken. */
const AGAIN_MS = 1000;
const DEFEND_MS = 250;
/** What a resolver that knows no multicast DNS may keep, in seconds (RFC 6762, 6.7). */
const LEGACY_TTL = 10;
/** Answers that wait at once: no asker makes more of them wait. */
const WAITING = 64;

interface Waiting {
  readonly record: ResourceRecord;
  /** Who asked last. */
  readonly asker: string;
}

/** Answers the questions that come over one link (RFC 6762, 6 and 7). */
export class Responder {
  readonly #send: Send;
  readonly #waiting = new Map<string, Waiting>();
  /** When a record was last sent to all, by its key; milliseconds. */
  readonly #sent = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = Infinity;

  constructor(send: Send, readonly records: () => ServiceRecords) {
    this.#send = send;
  }

  /** Notes what was sent to all by others than this. */
  wasSent(records: readonly ResourceRecord[]): void {
    const now = performance.now();
    // Contents that are gone are not kept for ever.
    if (this.#sent.size > 256) this.#sent.clear();
    for (const record of records) this.#sent.set(recordKey(record), now);
  }

  /** Answers a query, now or when it is time. */
  answer(query: Message, from: Packet): void {
    const records = this.records();
    if (query.questions.length === 0) return this.#forgetKnown(query, from.address);
    const unicast: ResourceRecord[] = [];
    const multicast: ResourceRecord[] = [];
    const known = new KnownAnswers(query.answers);
    for (const question of distinct(query.questions)) {
      for (const record of answersTo(question, records)) {
        if (known.has(record)) continue;
        const group = from.port !== MDNS_PORT || (question.unicast && this.#isFresh(record))
          ? unicast
          : multicast;
        if (!group.includes(record)) group.push(record);
      }
    }
    if (unicast.length > 0) this.#reply(query, from, unicast, records);
    if (multicast.length === 0) return;
    for (const record of multicast) {
      if (this.#waiting.size >= WAITING) break;
      this.#waiting.set(recordKey(record), { record, asker: from.address });
    }
    const probes = query.authorities.length > 0;
    const shared = multicast.some(({ flush }) => !flush);
    const delay = query.truncated ? randomMs(400, 500) : shared && !probes ? randomMs(20, 120) : 0;
    this.#schedule(performance.now() + delay, probes ? DEFEND_MS : AGAIN_MS);
  }

  /** Drops what waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
    this.#due = Infinity;
  }

  /** Whether all have heard the record within a quarter of its time (RFC 6762, 5.4). */
  #isFresh(record: ResourceRecord): boolean {
    const sent = this.#sent.get(recordKey(record));
    return sent !== undefined && performance.now() - sent < record.ttl * 250;
  }

  /** To the asker alone; one that knows no multicast DNS gets it in the old form. */
  #reply(
    query: Message,
    to: Packet,
    answers: readonly ResourceRecord[],
    records: ServiceRecords,
  ): void {
    const legacy = to.port !== MDNS_PORT;
    const plain = (record: ResourceRecord): ResourceRecord =>
      legacy ? { ...record, flush: false, ttl: Math.min(record.ttl, LEGACY_TTL) } : record;
    const message = messageOf({
      response: true,
      ...legacy ? { id: query.id, questions: query.questions } : {},
      answers: answers.map(plain),
      additionals: additionsTo(answers, records).map(plain),
    });
    this.#send(writeMessage(message), to);
  }

  /** The rest of what an asker knows, who said that more would come (RFC 6762, 7.2). */
  #forgetKnown({ answers }: Message, asker: string): void {
    const known = new KnownAnswers(answers);
    for (const [key, waiting] of this.#waiting) {
      if (waiting.asker === asker && known.has(waiting.record)) this.#waiting.delete(key);
    }
  }

  #schedule(due: number, apartMs: number): void {
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    const late = due - performance.now();
    this.#timer = setTimeout(() => this.#flush(apartMs), Math.max(0, late));
  }

  /** Sends what waits, but what was sent just now. */
  #flush(apartMs: number): void {
    this.#due = Infinity;
    const now = performance.now();
    const records = this.records();
    const answers: ResourceRecord[] = [];
    let next = Infinity;
    for (const [key, { record }] of this.#waiting) {
      const again = (this.#sent.get(key) ?? -Infinity) + apartMs;
      if (again > now) next = Math.min(next, again);
      else {
        answers.push(record);
        this.#waiting.delete(key);
      }
    }
    if (answers.length > 0) {
      const isDue = (record: ResourceRecord): boolean =>
        now - (this.#sent.get(recordKey(record)) ?? -Infinity) >= AGAIN_MS;
      const additionals = additionsTo(answers, records).filter(isDue);
      this.#send(writeMessage(messageOf({ response: true, answers, additionals })));
      this.wasSent([...answers, ...additionals]);
    }
    if (next < Infinity) this.#schedule(next, apartMs);
  }
}

/** A packet may ask the same a thousand times. */
function distinct(questions: readonly Question[]): Iterable<Question> {
  if (questions.length === 1) return questions;
  const keyOf = ({ name, type, unicast }: Question): string =>
    `${type} ${unicast} ${nameKey(name)}`;
  return new Map(questions.map((question) => [keyOf(question), question])).values();
}
