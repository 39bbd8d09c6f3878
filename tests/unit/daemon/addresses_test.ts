import assert from "node:assert/strict";
import {
  addressProblem,
  addressWords,
  isLoopback,
  listenAddresses,
} from "../../../daemon/config/mod.ts";

Deno.test("addresses of both versions are taken, with zones and brackets, and names are not", () => {
  const good = ["127.0.0.1", "0.0.0.0", "::1", "::", "[::1]", "fe80::1%eth0", "::ffff:1.2.3.4"];
  for (const address of [...good, "localhost"]) assert.equal(addressProblem(address), undefined);
  const bad = [
    "",
    "1.2.3",
    "256.1.1.1",
    "01.2.3.4",
    "example.org",
    ":::",
    "1.2.3.4:80",
    "::g",
    "*",
  ];
  for (const address of bad) {
    assert.match(addressProblem(address) ?? "", /^takes addresses/, address);
  }
});

Deno.test("an address given twice is listened on once", () => {
  assert.deepEqual(listenAddresses(["localhost", "127.0.0.1", "[::1]", "::1"]), [
    "127.0.0.1",
    "::1",
  ]);
});

Deno.test("only addresses of this machine alone are loopback", () => {
  for (const own of ["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"]) {
    assert.ok(isLoopback(own), own);
  }
  for (
    const open of ["0.0.0.0", "::", "192.168.1.5", "fe80::1%lo", "::ffff:10.0.0.1", "1.127.0.0"]
  ) {
    assert.ok(!isLoopback(open), open);
  }
});

Deno.test("addresses that stand for all are said to", () => {
  assert.match(addressWords("0.0.0.0"), /every IPv4 address/);
  assert.match(addressWords("::"), /every address/);
  assert.equal(addressWords("::1"), "::1");
});
