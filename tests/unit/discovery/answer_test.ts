import assert from "node:assert/strict";
import { additionsTo, answersTo, KnownAnswers } from "../../../core/discovery/advertise/answer.ts";
import { contestedBy, lostTo } from "../../../core/discovery/advertise/conflict.ts";
import { serviceRecords } from "../../../core/discovery/advertise/records.ts";
import { Responder } from "../../../core/discovery/advertise/responder.ts";
import { hostLabel, nextHost, nextInstance } from "../../../core/discovery/advertise/rename.ts";
import { messageOf, RecordType, type ResourceRecord } from "../../../core/discovery/dns/message.ts";
import { ALL_SERVICES, SERVICE } from "../../../core/discovery/service_type.ts";

const service = {
  name: "Kim's disk, v2.1",
  host: "Studio",
  port: 9031,
  strings: [Uint8Array.of(118, 61, 49)],
  addresses: [
    { family: "IPv4" as const, address: "192.0.2.1", bits: 24 },
    { family: "IPv6" as const, address: "fe80::1", bits: 64 },
  ],
};
const records = serviceRecords(service);
const own = new Set(["192.0.2.1", "fe80::1", "10.0.0.1"]);

const typesFor = (name: readonly string[], type: number): number[] =>
  answersTo({ name, type, unicast: false }, records).map(({ type }) => type);

Deno.test("each question gets the records that it asks for, in upper or lower case", () => {
  const { A, PTR, TXT, AAAA, SRV, NSEC, ANY } = RecordType;
  assert.deepEqual(typesFor(SERVICE, PTR), [PTR]);
  assert.deepEqual(typesFor(["_BLIT", "_TCP", "Local"], PTR), [PTR]);
  assert.deepEqual(typesFor(ALL_SERVICES, PTR), [PTR]);
  assert.deepEqual(typesFor(["kim's disk, v2.1", ...SERVICE], ANY), [SRV, TXT]);
  assert.deepEqual(typesFor(["studio", "local"], A), [A]);
  assert.deepEqual(typesFor(["studio", "local"], ANY), [A, AAAA]);
  assert.deepEqual(typesFor(["Kim's disk, v2.1", ...SERVICE], A), [NSEC]);
  assert.deepEqual(typesFor(["Kim's disk, v2", "1", ...SERVICE], ANY), []);
  assert.deepEqual(typesFor(["_http", "_tcp", "local"], PTR), []);
  assert.deepEqual(typesFor(SERVICE, A), []);
});

Deno.test("whoever asks for the type gets everything at once", () => {
  const answers = answersTo({ name: SERVICE, type: RecordType.PTR, unicast: false }, records);
  const { TXT, SRV, A, AAAA } = RecordType;
  assert.deepEqual(additionsTo(answers, records).map(({ type }) => type), [SRV, TXT, A, AAAA]);
  const meta = answersTo({ name: ALL_SERVICES, type: RecordType.PTR, unicast: false }, records);
  assert.deepEqual(additionsTo(meta, records), []);
});

Deno.test("what an asker knows for half of its time is not said again", () => {
  const [pointer] = records.pointers;
  assert.ok(pointer);
  const isKnown = (...known: ResourceRecord[]): boolean => new KnownAnswers(known).has(pointer);
  assert.ok(isKnown({ ...pointer, ttl: 2250 }));
  assert.ok(isKnown({ ...pointer, ttl: 2250 }, { ...pointer, ttl: 1 }));
  assert.ok(!isKnown({ ...pointer, ttl: 2249 }));
  assert.ok(!isKnown(...serviceRecords({ ...service, name: "other" }).pointers));
  assert.ok(!isKnown());
});

Deno.test("what is asked and known a thousand times is looked at once each time", () => {
  let looks = 0;
  const many = <Value extends object>(value: Value): Value[] =>
    Array.from({ length: 1000 }, () =>
      new Proxy(value, {
        get: (of, key) => {
          if (key === "name") looks++;
          return Reflect.get(of, key);
        },
      }));
  const sent: Uint8Array[] = [];
  const responder = new Responder((bytes) => sent.push(bytes), () => records);
  const [pointer] = records.pointers;
  assert.ok(pointer);
  const query = messageOf({
    questions: many({ name: SERVICE, type: RecordType.ANY, unicast: false }),
    answers: many({ ...pointer, ttl: 1 }),
  });
  const asker = { bytes: new Uint8Array(), address: "192.0.2.9", port: 4000 };
  responder.answer(query, asker);
  responder.stop();
  assert.equal(sent.length, 1);
  assert.ok(looks < 10_000, `${looks} looks`);
});

Deno.test("a name is contested by another daemon, and by no other responder of this machine", () => {
  const by = (other: typeof service, from = "192.0.2.9") => {
    const { own: answers, addresses: additionals } = serviceRecords(other);
    return contestedBy(messageOf({ response: true, answers, additionals }), records, from, own);
  };
  assert.equal(by(service), undefined);
  assert.equal(by({ ...service, port: 9032, addresses: [] }), "instance");
  // Even from this machine: a second daemon.
  assert.equal(by({ ...service, port: 9032, addresses: [] }, "192.0.2.1"), "instance");
  const elsewhere = [{ family: "IPv4" as const, address: "192.0.2.9", bits: 24 }];
  assert.equal(by({ ...service, addresses: elsewhere }), "host");
  assert.equal(by({ ...service, addresses: elsewhere }, "192.0.2.1"), undefined);
  assert.equal(by({ ...service, addresses: elsewhere }, "fe80::1%eth0"), undefined);
  // Another address of this machine, which somebody passes on.
  const here = [{ family: "IPv4" as const, address: "10.0.0.1", bits: 8 }];
  assert.equal(by({ ...service, addresses: here }), undefined);
  assert.equal(by({ ...service, name: "x", host: "x", port: 1 }), undefined);
});

Deno.test("of two who ask for a name at once the one with the later records has it", () => {
  const lost = (other: typeof service) => {
    const { own: services, addresses } = serviceRecords(other);
    const probe = messageOf({ authorities: [...services, ...addresses] });
    return lostTo(probe, records, "192.0.2.9", own);
  };
  assert.equal(lost(service), undefined);
  assert.equal(lost({ ...service, port: 9030 }), undefined);
  assert.equal(lost({ ...service, port: 9032 }), "instance");
  const address = (last: number) => [
    { family: "IPv4" as const, address: `192.0.2.${last}`, bits: 24 },
  ];
  assert.equal(lost({ ...service, addresses: address(0) }), undefined);
  assert.equal(lost({ ...service, addresses: address(2) }), "host");
});

Deno.test("names are counted on as people expect", () => {
  assert.equal(nextInstance("X"), "X (2)");
  assert.equal(nextInstance("X (9)"), "X (10)");
  assert.equal(nextInstance("X (b)"), "X (b) (2)");
  assert.equal(nextInstance("ä".repeat(31)), `${"ä".repeat(29)} (2)`);
  assert.equal(nextHost("x"), "x-2");
  assert.equal(nextHost("x-9"), "x-10");
  assert.equal(hostLabel("my box.example.org"), "my-box");
  assert.equal(hostLabel("-ä-"), "blit");
});
