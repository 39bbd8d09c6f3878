import assert from "node:assert/strict";
import { parseEnds } from "../../../core/endpoint/ends.ts";
import { TransferError } from "../../../core/transfer/failure.ts";

Deno.test("the ends of a run say whether one is behind a daemon", () => {
  const kinds = (sources: readonly string[], destination: string) => {
    const ends = parseEnds(sources, destination);
    return [...ends.sources, ends.destination].map(({ kind }) => kind).join(" ") +
      (ends.isRemote ? " over the network" : "");
  };
  assert.equal(kinds(["a"], "b"), "local local");
  assert.equal(kinds(["C:\\a", "file:///b"], "./b:c"), "local local local");
  assert.equal(kinds(["a", "b/"], "server:/m/"), "local local remote over the network");
  assert.equal(
    kinds(["server:/m/a", "SERVER:9031/m/b"], "c"),
    "remote remote local over the network",
  );
  assert.equal(kinds(["one://a"], "two://b"), "remote remote over the network");
});

Deno.test("sources that one run cannot read are refused with a sentence", () => {
  for (
    const [sources, sentence] of [
      [["server:/m/a", "b"], /"b" is on this machine and "server:\/m\/a" is on a server/],
      [["server:a", "x"], /not a port/],
      [["one:/m/a", "two:/m/a"], /"one:\/m\/a" and "two:\/m\/a" are on two servers/],
      [["one:/m/a", "one:9032/m/a"], /on two servers/],
      [["one:/m/a", "one:/n/a"], /in two modules/],
      [["one:/m/a", "one://a"], /in two modules/],
    ] as const
  ) {
    assert.throws(() => parseEnds(sources, "d"), (error) => {
      assert.ok(error instanceof TransferError);
      assert.equal(error.exitCode, 64);
      assert.match(error.message, sentence);
      return true;
    });
  }
});
