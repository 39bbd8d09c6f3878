import { messageOf, type Question, RecordType, type ResourceRecord } from "../dns/message.ts";
import { type DnsName, nameKey } from "../dns/name.ts";
import { PACKET_BYTES, writeMessage } from "../dns/write.ts";
import type { Link } from "../link/link.ts";
import { SERVICE } from "../service_type.ts";

/** How often one thing is asked at most, and the time between. */
const TIMES = 3;
const APART_MS = 1000;
/** What a packet has besides the names that it lists, and what one name takes. */
const FIXED_BYTES = 64;
const NAME_BYTES = 76;

/** Asks for all daemons, but those that are known. Gives the reason where that cannot be sent. */
export function askForAll(link: Link, known: readonly DnsName[]): Promise<string | undefined> {
  const room = Math.floor((PACKET_BYTES - FIXED_BYTES) / NAME_BYTES);
  return link.send(writeMessage(messageOf({
    questions: [{ name: SERVICE, type: RecordType.PTR, unicast: false }],
    answers: known.slice(0, room).map((target): ResourceRecord => ({
      name: SERVICE,
      type: RecordType.PTR,
      flush: false,
      ttl: 4500,
      data: { kind: "pointer", target },
    })),
  })));
}

/** Asks for what is missing, and not for the same all the time. */
export class FollowUps {
  readonly #asked = new Map<string, { times: number; last: number }>();

  /** Sends what is to be asked now. */
  ask(link: Link, questions: readonly Question[]): void {
    const now = performance.now();
    const due = questions.filter(({ name, type }) => {
      const key = `${link.at.name}\0${link.family}\0${type}\0${nameKey(name)}`;
      const asked = this.#asked.get(key) ?? { times: 0, last: -Infinity };
      if (asked.times >= TIMES || now - asked.last < APART_MS) return false;
      this.#asked.set(key, { times: asked.times + 1, last: now });
      return true;
    });
    // A name has up to 255 bytes, and a packet must hold what it asks.
    for (let at = 0; at < due.length; at += 5) {
      void link.send(writeMessage(messageOf({ questions: due.slice(at, at + 5) })));
    }
  }
}
