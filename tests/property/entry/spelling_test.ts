import fc from "fast-check";
import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/display.ts";
import { NameIndex, NO_NAMES } from "../../../core/entry/name_index.ts";
import { NameSet } from "../../../core/entry/name_set.ts";
import { NameTable } from "../../../core/entry/names.ts";
import { foldHash, foldName, turnCase, turnForm } from "../../../core/entry/spelling.ts";

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

/** The other spellings of a name that we know how to make. */
function spellings(name: Uint8Array): Uint8Array[] {
  const text = new TextDecoder().decode(name);
  const made = [
    text.toUpperCase(),
    text.toLowerCase(),
    text.normalize("NFD"),
    text.normalize("NFKC"),
  ]
    .filter((one) => foldName(encode(one)) === foldName(name)).map(encode);
  return [turnCase(name), turnForm(name), ...made].filter((one) => one !== undefined);
}

Deno.test("names with one fold have one hash, wherever they lie", () => {
  const bytes = fc.uint8Array({ min: 1, minLength: 1, maxLength: 255 });
  fc.assert(fc.property(fc.oneof(bytes, letters.map(encode)), fc.nat(9), (name, offset) => {
    const hash = foldHash(name, 0, name.length);
    for (const other of spellings(name)) {
      const length = other.indexOf(0) < 0 ? other.length : other.indexOf(0);
      const room = new Uint8Array(offset + length + 5).fill(0x41);
      room.set(other.subarray(0, length), offset);
      assert.equal(foldHash(room, offset, length), hash);
    }
  }));
});

Deno.test("an index of names does not deny one that it has by another spelling", () => {
  const table = new NameTable(), asked = new NameTable(), index = new NameIndex();
  const name = fc.oneof(
    fc.uint8Array({ min: 1, minLength: 1, maxLength: 255 }),
    letters.map(encode),
  );
  fc.assert(fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (names) => {
    table.clear();
    for (const one of names) table.add(one, 8);
    index.fill(table);
    const set = new NameSet();
    set.add(table);
    for (const one of names.flatMap(spellings)) {
      asked.clear();
      asked.add(one, 8);
      assert.ok(index.mayHaveFolded(asked, 0), "the index denies it");
      assert.ok(set.mayHaveFolded(asked, 0), "the set denies it");
    }
  }));
});

Deno.test("an index of names denies nearly all that it has by no spelling", () => {
  const table = new NameTable(), asked = new NameTable();
  for (let number = 0; number < 4000; number++) {
    table.add(nameOf(`wanted-${number}`), 8);
    asked.add(nameOf(`Extra-${number}`), 8);
  }
  const index = new NameIndex().fill(table);
  let passed = 0;
  for (let at = 0; at < asked.count; at++) if (index.mayHaveFolded(asked, at)) passed++;
  assert.ok(passed < asked.count / 8, `${passed} of ${asked.count}`);
  assert.equal(new NameIndex().mayHaveFolded(asked, 0), false);
  assert.equal(NO_NAMES.mayHaveFolded(asked, 0), false);
  asked.clear();
  asked.add(nameOf("WANTED-7"), 8);
  assert.equal(index.mayHaveFolded(asked, 0), true);
  assert.equal(index.fill(asked).mayHaveFolded(asked, 0), true, "of another table");
});
