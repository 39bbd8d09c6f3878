import assert from "node:assert/strict";
import { addressBytes, addressText, samePrefix } from "../../../core/discovery/address.ts";
import { usableAddresses } from "../../../core/discovery/browse/addresses.ts";
import { isOnLink, listInterfaces } from "../../../core/discovery/interfaces.ts";
import { listensOn } from "../../../core/discovery/listens.ts";

const eth0 = {
  name: "eth0",
  zone: "eth0",
  addresses: [
    { family: "IPv4" as const, address: "192.168.7.2", bits: 20 },
    { family: "IPv6" as const, address: "fd00::2", bits: 64 },
    { family: "IPv6" as const, address: "fe80::2", bits: 64 },
  ],
};
const lo = {
  name: "lo",
  zone: "lo",
  addresses: [{ family: "IPv4" as const, address: "127.0.0.1", bits: 8 }],
};

Deno.test("addresses become bytes and text again", () => {
  for (const text of ["0.0.0.0", "255.1.2.3", "::", "::1", "fe80::1", "2001:db8::8:800:0:417a"]) {
    assert.equal(addressText(addressBytes(text) ?? new Uint8Array(4)), text);
  }
  assert.equal(addressBytes("fe80::1%eth0")?.at(-1), 1);
  for (const text of ["", "1.2.3", "1.2.3.256", "1.2.3.4.5", "::g", "1:2", "eth0"]) {
    assert.equal(addressBytes(text), undefined, text);
  }
});

Deno.test("prefixes are compared bit by bit", () => {
  assert.ok(samePrefix("192.168.0.1", "192.168.15.9", 20));
  assert.ok(!samePrefix("192.168.0.1", "192.168.16.9", 20));
  assert.ok(samePrefix("1.2.3.4", "9.9.9.9", 0));
  assert.ok(!samePrefix("1.2.3.4", "::1", 0));
  assert.ok(samePrefix("fd00::1", "fd00::ffff", 112));
});

Deno.test("a packet belongs to an interface by its sender's network", () => {
  assert.ok(isOnLink(eth0, "192.168.15.200"));
  assert.ok(!isOnLink(eth0, "192.168.16.1"));
  assert.ok(!isOnLink(eth0, "127.0.0.1"));
  assert.ok(isOnLink(eth0, "fe80::99"));
  assert.ok(!isOnLink(eth0, "2001:db8::1"));
  const alone = { family: "IPv4" as const, address: "10.0.0.1", bits: 32 };
  const tunnel = { name: "tun0", zone: "tun0", addresses: [alone] };
  assert.ok(isOnLink(tunnel, "10.9.9.9"));
  assert.ok(!isOnLink(tunnel, "127.0.0.1"));
  assert.ok(!isOnLink(tunnel, "2001:db8::1"));
});

Deno.test("addresses to be tried are near ones first, and none that cannot lead there", () => {
  const heard = (over: typeof eth0 | typeof lo, ...addresses: string[]) =>
    addresses.map((address) => ({ address, over }));
  assert.deepEqual(
    usableAddresses([
      ...heard(lo, "127.0.0.1", "127.0.0.1"),
      ...heard(eth0, "fe80::9", "2001:db8::1", "10.0.0.1", "fd00::9", "192.168.7.9"),
    ]),
    ["192.168.7.9", "fd00::9", "10.0.0.1", "2001:db8::1", "fe80::9%eth0", "127.0.0.1"],
  );
  const useless = ["127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.251", "ff02::fb", "255.1.1.1"];
  assert.deepEqual(usableAddresses(heard(eth0, ...useless)), []);
});

Deno.test("a daemon is advertised by the addresses that it listens on", () => {
  const by = (...bound: string[]): string[] =>
    [eth0, lo].flatMap((at) =>
      at.addresses.filter((address) => listensOn(bound)(address, at)).map(({ address }) => address)
    );
  assert.deepEqual(by("127.0.0.1"), ["127.0.0.1"]);
  assert.deepEqual(by("0.0.0.0"), ["192.168.7.2", "127.0.0.1"]);
  assert.deepEqual(by("::").length, 4);
  assert.deepEqual(by("0:0::0").length, 4);
  assert.deepEqual(by("fd00:0::2", "10.0.0.1"), ["fd00::2"]);
  assert.deepEqual(by("fe80::2%eth0"), ["fe80::2"]);
  assert.deepEqual(by("fe80::2%eth1"), []);
});

Deno.test("this machine's interfaces are seen with their addresses", () => {
  const all = listInterfaces();
  const loopback = all.find(({ addresses }) =>
    addresses.some(({ address }) => address === "127.0.0.1")
  );
  assert.deepEqual(
    loopback?.addresses.find(({ family }) => family === "IPv4"),
    { family: "IPv4", address: "127.0.0.1", bits: 8 },
  );
});
