import assert from "node:assert/strict";
import fc from "fast-check";
import { compareSets } from "../../core/discovery/dns/compare.ts";
import {
  type Message,
  messageOf,
  type RecordData,
  RecordType,
  type ResourceRecord,
} from "../../core/discovery/dns/message.ts";
import type { DnsName } from "../../core/discovery/dns/name.ts";
import { readMessage } from "../../core/discovery/dns/read.ts";
import { writeMessage } from "../../core/discovery/dns/write.ts";
import { addressText } from "../../core/discovery/address.ts";
import { Sightings } from "../../core/discovery/browse/sightings.ts";
import { nextHost, nextInstance } from "../../core/discovery/advertise/rename.ts";
import { SERVICE } from "../../core/discovery/service_type.ts";
import { readTextStrings, textStrings } from "../../core/discovery/text_record.ts";

const bytes = (least: number, most: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((array) => Uint8Array.from(array));
const label = bytes(1, 63).map((array) => String.fromCharCode(...array));
const name: fc.Arbitrary<DnsName> = fc.oneof(
  fc.constant(SERVICE),
  label.map((first) => [first, ...SERVICE]),
  fc.array(label, { maxLength: 3 }),
);
const number16 = fc.nat(0xffff);
const typed: fc.Arbitrary<{ type: number; data: RecordData }> = fc.oneof(
  bytes(4, 4).map((array) => ({
    type: RecordType.A,
    data: { kind: "address" as const, address: addressText(array) },
  })),
  bytes(16, 16).map((array) => ({
    type: RecordType.AAAA,
    data: { kind: "address" as const, address: addressText(array) },
  })),
  name.map((target) => ({ type: RecordType.PTR, data: { kind: "pointer" as const, target } })),
  fc.record({ priority: number16, weight: number16, port: number16, target: name })
    .map((service) => ({ type: RecordType.SRV, data: { kind: "service" as const, ...service } })),
  fc.array(bytes(0, 255), { minLength: 1, maxLength: 5 })
    .map((strings) => ({ type: RecordType.TXT, data: { kind: "text" as const, strings } })),
  fc.record({ next: name, types: fc.uniqueArray(fc.nat(255), { minLength: 1 }) })
    .map(({ next, types }) => ({
      type: RecordType.NSEC,
      data: { kind: "types" as const, next, types: types.sort((a, b) => a - b) },
    })),
  bytes(0, 40).map((array) => ({ type: 13, data: { kind: "other" as const, bytes: array } })),
);
const record: fc.Arbitrary<ResourceRecord> = fc
  .record({ name, typed, flush: fc.boolean(), ttl: fc.nat(0xffffffff) })
  .map(({ typed, ...rest }) => ({ ...rest, ...typed }));
const records = fc.array(record, { maxLength: 4 });
const message: fc.Arbitrary<Message> = fc.record({
  id: number16,
  response: fc.boolean(),
  truncated: fc.boolean(),
  questions: fc.array(fc.record({ name, type: number16, unicast: fc.boolean() }), { maxLength: 3 }),
  answers: records,
  authorities: records,
  additionals: records,
});

Deno.test("a message is read as it was written, any label's bytes included", () => {
  fc.assert(fc.property(message, (sent) => {
    // fast-check's records have no prototype.
    assert.deepEqual(readMessage(writeMessage(sent)), structuredClone(sent));
  }));
});

Deno.test("no packet makes the reader or what it feeds throw", () => {
  const over = { name: "eth0", zone: "eth0", addresses: [] };
  const from = { bytes: new Uint8Array(), address: "192.0.2.9", port: 5353 };
  const hear = (packet: Uint8Array): void => {
    const heard = readMessage(packet);
    if (heard === undefined) return;
    writeMessage(heard);
    const sightings = new Sightings();
    sightings.hear({ ...heard, response: true }, over, from);
    sightings.all();
    sightings.missing(over);
    sightings.known(over);
  };
  fc.assert(fc.property(bytes(0, 600), hear));
  // Nearly right packets go deeper: some bytes of a good one are others, or missing.
  const spoilt = fc.tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat(255))), fc.nat())
    .map(([sent, changes, cut]) => {
      const packet = writeMessage(sent);
      for (const [at, byte] of changes) packet[at % packet.length] = byte;
      return packet.subarray(0, cut % 3 === 0 ? cut % packet.length : packet.length);
    });
  fc.assert(fc.property(spoilt, hear), { numRuns: 1000 });
});

Deno.test("a packet that is larger than any may be is passed over", () => {
  const query = writeMessage(messageOf({}));
  const padded = (length: number): Uint8Array => {
    const packet = new Uint8Array(length);
    packet.set(query);
    return packet;
  };
  assert.ok(readMessage(padded(9000)) !== undefined);
  assert.equal(readMessage(padded(9001)), undefined);
});

Deno.test("a name that leads in circles or grows without end is refused", () => {
  const header = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const asks = (...rest: number[]): unknown => readMessage(Uint8Array.from([...header, ...rest]));
  assert.equal(asks(0xc0, 12, 0, 12, 0, 1), undefined, "to itself");
  assert.equal(asks(1, 97, 0xc0, 12, 0, 12, 0, 1), undefined, "to its own beginning");
  assert.equal(asks(0xc0, 20, 0, 12, 0, 1, 0, 0, 1, 97, 0), undefined, "forwards");
  const long = Array.from({ length: 5 }, () => [63, ...new Array<number>(63).fill(97)]).flat();
  assert.equal(asks(...long, 0, 0, 12, 0, 1), undefined, "longer than 255");
});

Deno.test("a daemon's facts fit the record and are read as they were told, names in their order", () => {
  const names = fc.array(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 })
      .filter((text) => !/[/\p{Cc}]/u.test(text) && text.isWellFormed()),
    { maxLength: 60 },
  );
  fc.assert(fc.property(names, fc.boolean(), (modules, defaultExport) => {
    const facts = {
      version: "1.2.3",
      protocol: "1.0",
      modules,
      defaultExport,
      authentication: "none",
      id: "12345678",
    };
    const strings = textStrings(facts);
    assert.ok(strings.every(({ length }) => length > 0 && length <= 255));
    assert.ok(strings.reduce((sum, { length }) => sum + 1 + length, 0) <= 900);
    const read = readTextStrings(strings);
    assert.equal(read.moduleCount, modules.length);
    assert.deepEqual(read.modules, modules.slice(0, read.modules.length));
    const isCut = strings.some((string) => new TextDecoder().decode(string).endsWith("/"));
    assert.equal(isCut, read.modules.length < modules.length);
    if (modules.join("/").length * 4 < 250) assert.deepEqual(read.modules, modules);
    const { version, protocol, authentication, id } = facts;
    assert.deepEqual(
      { ...read, modules, moduleCount: 0 },
      { version, protocol, authentication, id, defaultExport, modules, moduleCount: 0 },
    );
  }));
});

Deno.test("of two sets of records both sides choose the same one", () => {
  fc.assert(fc.property(records, records, (one, other) => {
    assert.equal(Math.sign(compareSets(one, other)) + Math.sign(compareSets(other, one)), 0);
    assert.equal(compareSets(one, [...one].reverse()), 0);
  }));
});

Deno.test("the next name is another one that fits a label, however long and odd the first", () => {
  const long = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
  fc.assert(fc.property(long, (first) => {
    const seen = new Set<string>();
    for (let name = first, count = 0; count < 12; count++) {
      name = nextInstance(name);
      assert.ok(!seen.has(name) && new TextEncoder().encode(name).length <= 63);
      seen.add(name);
    }
    assert.notEqual(nextHost("a-2"), "a-2");
  }));
});

Deno.test("a flood of packets is kept within bounds", () => {
  const sightings = new Sightings();
  const over = {
    name: "eth0",
    zone: "eth0",
    addresses: [{ family: "IPv4" as const, address: "192.0.2.1", bits: 16 }],
  };
  const plain = { flush: false, ttl: 120 };
  for (let sender = 0; sender < 1100; sender++) {
    const from = { bytes: new Uint8Array(), address: `10.0.${sender >> 8}.${sender & 255}` };
    const many = sender === 0 ? 1000 : 1;
    for (let count = 0; count < many; count++) {
      const instance = [`daemon ${count}`, ...SERVICE];
      const target = [`host${sender}`, "local"];
      sightings.hear(
        messageOf({
          response: true,
          answers: [
            {
              ...plain,
              name: SERVICE,
              type: RecordType.PTR,
              data: { kind: "pointer", target: instance },
            },
            {
              ...plain,
              name: instance,
              type: RecordType.SRV,
              data: { kind: "service", priority: 0, weight: 0, port: 1, target },
            },
            {
              ...plain,
              name: target,
              type: RecordType.A,
              data: { kind: "address", address: `192.0.${count >> 8}.${count & 255}` },
            },
          ],
        }),
        over,
        { ...from, port: 5353 },
      );
    }
  }
  const all = sightings.all();
  assert.equal(all.length, 256 + 1023);
  assert.ok(sightings.missing(over).length === 256 + 1023);
  assert.ok(all.every(({ found }) => found.addresses.length <= 32));
});
