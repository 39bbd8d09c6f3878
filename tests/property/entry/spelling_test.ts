import fc from "fast-check";
import assert from "node:assert/strict";
import { foldName, turnCase, turnForm } from "../../../core/entry/spelling.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const letters = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\0"));

Deno.test("names that differ in case or form alone are folded into one", () => {
  fc.assert(fc.property(letters, (text) => {
    const folded = foldName(encode(text.toWellFormed()));
    for (const form of ["NFC", "NFD", "NFKC", "NFKD"]) {
      assert.equal(foldName(encode(text.toWellFormed().normalize(form))), folded);
    }
  }));
  for (const [one, other] of [["STRASSE", "stra\u00dfe"], ["\u0130", "i\u0307"], ["Σ", "ς"]]) {
    assert.equal(foldName(encode(one ?? "")), foldName(encode(other ?? "")));
  }
});

Deno.test("a turned name is another one with the same fold, and ends with NUL", () => {
  const bytes = fc.uint8Array({ min: 1, minLength: 1, maxLength: 255 });
  fc.assert(fc.property(fc.oneof(bytes, letters.map(encode)), (name) => {
    for (const turned of [turnCase(name), turnForm(name)]) {
      if (turned === undefined) continue;
      assert.equal(turned.indexOf(0), turned.length - 1);
      assert.notDeepEqual([...turned.subarray(0, -1)], [...name]);
      assert.equal(foldName(turned), foldName(name));
    }
  }));
});

Deno.test("only letters of ASCII are turned, and only what has another form", () => {
  assert.equal(turnCase(encode("1-2.3 é")), undefined);
  assert.equal(turnForm(encode("plain")), undefined);
  assert.deepEqual(turnCase(encode("1aB2")), encode("1ab2\0"));
  assert.deepEqual(turnForm(encode("\u00e9")), encode("e\u0301\0"));
  assert.deepEqual(turnForm(encode("e\u0301")), encode("\u00e9\0"));
});
