import { addressBytes } from "../address.ts";
import type { Message, Question, RecordData, ResourceRecord } from "./message.ts";
import { type DnsName, LABEL_BYTES, labelBytes, NAME_BYTES } from "./name.ts";

/** The most that fits a packet on Ethernet beside the headers of IPv6 and UDP. */
export const PACKET_BYTES = 1452;

const RESPONSE = 0x8400; // and authoritative (RFC 6762, 18.4)
const TRUNCATED = 0x0200;
const CLASS_IN = 1;
const TOP_BIT = 0x8000;
/** What a pointer to an earlier name can reach. */
const POINTER_BYTES = 0x4000;

/** A packet's bytes. Throws a RangeError for a name or a text that the DNS cannot hold. */
export function writeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  const flags = (message.response ? RESPONSE : 0) | (message.truncated ? TRUNCATED : 0);
  const sections = [message.answers, message.authorities, message.additionals];
  writer.u16(message.id);
  writer.u16(flags);
  writer.u16(message.questions.length);
  for (const section of sections) writer.u16(section.length);
  for (const question of message.questions) writer.question(question);
  for (const record of sections.flat()) writer.record(record);
  return writer.bytes();
}

/** What a record says as bytes without pointers, by which records are ordered (RFC 6762, 8.2). */
export function dataBytes(data: RecordData): Uint8Array<ArrayBuffer> {
  const writer = new Writer(false);
  writer.data(data);
  return writer.bytes();
}

class Writer {
  #bytes = new Uint8Array(512);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** Where names that were written begin. */
  readonly #names = new Map<string, number>();

  constructor(readonly compress = true) {}

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  question({ name, type, unicast }: Question): void {
    this.#name(name, this.compress);
    this.u16(type);
    this.u16(CLASS_IN | (unicast ? TOP_BIT : 0));
  }

  record({ name, type, flush, ttl, data }: ResourceRecord): void {
    this.#name(name, this.compress);
    this.u16(type);
    this.u16(CLASS_IN | (flush ? TOP_BIT : 0));
    this.u16(ttl >>> 16);
    this.u16(ttl & 0xffff);
    const at = this.#length;
    this.u16(0);
    this.data(data);
    this.#view.setUint16(at, this.#length - at - 2);
  }

  data(data: RecordData): void {
    switch (data.kind) {
      case "address": {
        const bytes = addressBytes(data.address);
        if (bytes === undefined) throw new RangeError(`"${data.address}" is not an address`);
        return this.#put(bytes);
      }
      case "pointer":
        return this.#name(data.target, this.compress);
      case "service":
        for (const number of [data.priority, data.weight, data.port]) this.u16(number);
        return this.#name(data.target, this.compress);
      case "text":
        // None is one empty string (RFC 6763, 6.1).
        for (const string of data.strings.length === 0 ? [new Uint8Array()] : data.strings) {
          if (string.length > 255) throw new RangeError("a string of more than 255 bytes");
          this.#put(Uint8Array.of(string.length));
          this.#put(string);
        }
        return;
      case "types":
        this.#name(data.next, this.compress);
        return this.#put(typesMap(data.types));
      case "other":
        return this.#put(data.bytes);
    }
  }

  u16(value: number): void {
    this.#put(Uint8Array.of(value >> 8, value & 0xff));
  }

  #name(name: DnsName, compress: boolean): void {
    const length = name.reduce((sum, label) => sum + 1 + label.length, 1);
    if (length > NAME_BYTES) throw new RangeError("a name of more than 255 bytes");
    for (let index = 0; index < name.length; index++) {
      // Not by nameKey: names keep upper and lower case as they were given.
      const key = name.slice(index).map((rest) => String.fromCharCode(rest.length) + rest).join("");
      const earlier = compress ? this.#names.get(key) : undefined;
      if (earlier !== undefined) return this.u16(0xc000 | earlier);
      if (this.#length < POINTER_BYTES) this.#names.set(key, this.#length);
      const label = name[index] ?? "";
      if (label === "" || label.length > LABEL_BYTES) {
        throw new RangeError("a label of no or more than 63 bytes");
      }
      this.#put(Uint8Array.of(label.length));
      this.#put(labelBytes(label));
    }
    this.#put(Uint8Array.of(0));
  }

  #put(bytes: Uint8Array): void {
    while (this.#length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}

/** One window of a map of types below 256. */
function typesMap(types: readonly number[]): Uint8Array<ArrayBuffer> {
  const highest = Math.max(0, ...types);
  const map = new Uint8Array((highest >> 3) + 1);
  for (const type of types) map[type >> 3] = (map[type >> 3] ?? 0) | (0x80 >> (type & 7));
  return Uint8Array.of(0, map.length, ...map);
}
