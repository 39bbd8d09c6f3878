import { addressText } from "../address.ts";
import {
  type Message,
  type Question,
  type RecordData,
  RecordType,
  type ResourceRecord,
} from "./message.ts";
import { type DnsName, NAME_BYTES } from "./name.ts";

/** What a header says (RFC 1035, 4.1.1). */
const RESPONSE = 0x8000;
const OPCODE = 0x7800;
const TRUNCATED = 0x0200;
const RCODE = 0x000f;
const CLASS_IN = 1;
const CLASS_ANY = 255;
/** No packet is larger, its other headers included (RFC 6762, 17). */
const MOST_BYTES = 9000;
/** The top bit of a class: unicast wanted, or cache to be flushed. */
const TOP_BIT = 0x8000;

/**
 * Reads a packet; undefined for what is malformed, larger than it may be, or asks for something else than a look-up, which
 * is to be passed over in silence (RFC 6762, 18). Whatever the bytes, it throws nothing, and works
 * and keeps no more than in proportion to their number.
 */
export function readMessage(bytes: Uint8Array): Message | undefined {
  if (bytes.length > MOST_BYTES) return undefined;
  try {
    return new Reader(bytes).message();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(): Message | undefined {
    const id = this.#u16();
    const flags = this.#u16();
    if ((flags & (OPCODE | RCODE)) !== 0) return undefined;
    const counts = [this.#u16(), this.#u16(), this.#u16(), this.#u16()] as const;
    const questions: Question[] = [];
    for (let left = counts[0]; left > 0; left--) {
      const name = this.#name();
      const type = this.#u16();
      const wanted = this.#u16();
      const isOurs = [CLASS_IN, CLASS_ANY].includes(wanted & ~TOP_BIT);
      if (isOurs) questions.push({ name, type, unicast: (wanted & TOP_BIT) !== 0 });
    }
    return {
      id,
      response: (flags & RESPONSE) !== 0,
      truncated: (flags & TRUNCATED) !== 0,
      questions,
      answers: this.#records(counts[1]),
      authorities: this.#records(counts[2]),
      additionals: this.#records(counts[3]),
    };
  }

  #records(count: number): ResourceRecord[] {
    const records: ResourceRecord[] = [];
    for (let left = count; left > 0; left--) {
      const name = this.#name();
      const type = this.#u16();
      const among = this.#u16();
      const ttl = this.#u32();
      const end = this.#u16() + this.#at;
      if (end > this.bytes.length) throw new RangeError("a record goes beyond its packet");
      const data = this.#data(type, end);
      if (this.#at > end) throw new RangeError("a record goes beyond its length");
      this.#at = end;
      if ((among & ~TOP_BIT) !== CLASS_IN) continue;
      records.push({ name, type, flush: (among & TOP_BIT) !== 0, ttl, data });
    }
    return records;
  }

  #data(type: number, end: number): RecordData {
    switch (type) {
      case RecordType.A:
        return { kind: "address", address: addressText(this.#exactly(4, end)) };
      case RecordType.AAAA:
        return { kind: "address", address: addressText(this.#exactly(16, end)) };
      case RecordType.PTR:
        return { kind: "pointer", target: this.#name() };
      case RecordType.SRV:
        return {
          kind: "service",
          priority: this.#u16(),
          weight: this.#u16(),
          port: this.#u16(),
          target: this.#name(),
        };
      case RecordType.TXT:
        return { kind: "text", strings: this.#strings(end) };
      case RecordType.NSEC:
        return { kind: "types", next: this.#name(), types: this.#types(end) };
      default:
        return { kind: "other", bytes: this.#take(end - this.#at) };
    }
  }

  #strings(end: number): Uint8Array<ArrayBuffer>[] {
    const strings: Uint8Array<ArrayBuffer>[] = [];
    while (this.#at < end) strings.push(this.#take(this.#u8()));
    return strings;
  }

  /** The first window of the map of types (RFC 4034, 4.1.2). */
  #types(end: number): number[] {
    const types: number[] = [];
    while (this.#at < end) {
      const window = this.#u8();
      const map = this.#take(this.#u8());
      if (window !== 0) continue;
      map.subarray(0, 32).forEach((byte, index) => {
        for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) types.push(index * 8 + bit);
      });
    }
    return types;
  }

  /** A name, perhaps ending elsewhere (RFC 1035, 4.1.4): always further to the front. */
  #name(): DnsName {
    const labels: string[] = [];
    let length = 1;
    let at = this.#at;
    let front = at;
    let jumped = false;
    for (;;) {
      const first = this.#view.getUint8(at);
      if (first >= 0xc0) {
        const target = this.#view.getUint16(at) & 0x3fff;
        if (!jumped) this.#at = at + 2;
        jumped = true;
        if (target >= front) throw new RangeError("a name points forwards");
        at = front = target;
        continue;
      }
      if (first > 63) throw new RangeError("a label of an unknown kind");
      at += 1 + first;
      if (at > this.bytes.length) throw new RangeError("a label goes beyond its packet");
      if (first === 0) break;
      length += 1 + first;
      if (length > NAME_BYTES) throw new RangeError("a name is too long");
      labels.push(String.fromCharCode(...this.bytes.subarray(at - first, at)));
    }
    if (!jumped) this.#at = at;
    return labels;
  }

  #exactly(length: number, end: number): Uint8Array<ArrayBuffer> {
    if (end - this.#at !== length) throw new RangeError("an address of another length");
    return this.#take(length);
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const end = this.#at + length;
    if (length < 0 || end > this.bytes.length) throw new RangeError("beyond the packet");
    const taken = this.bytes.slice(this.#at, end);
    this.#at = end;
    return taken;
  }

  #u8(): number {
    return this.#view.getUint8(this.#at++);
  }

  #u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2);
  }

  #u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }
}
