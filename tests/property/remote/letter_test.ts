import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeLetter,
  encodeLetter,
  HEAD_BYTES,
  letterBytes,
} from "../../../core/remote/mover/letter.ts";

const numbers = fc.oneof(
  fc.uint8Array(),
  fc.uint16Array(),
  fc.uint32Array(),
  fc.float64Array(),
  // A view of some of what its memory holds.
  fc.uint8Array({ minLength: 3 }).map((bytes) => bytes.subarray(1, -1)),
);
const plain = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
  numbers,
);
const { message } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    plain,
    fc.array(tie("value")),
    tie("message"),
    fc.array(fc.tuple(fc.string(), tie("value"))).map((pairs) => new Map(pairs)),
  ),
  message: fc.dictionary(
    fc.stringMatching(/^[a-z]\w*$/),
    fc.option(tie("value"), { nil: undefined }),
  )
    // Nobody reads an entry that says nothing otherwise than one that is not there.
    .map((entries) =>
      Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))
    ),
}));

Deno.test("a letter says what its message says", () => {
  fc.assert(fc.property(message, (said) => {
    const letter = encodeLetter(said);
    assert.equal(letterBytes(letter.slice(0, HEAD_BYTES)), letter.length);
    assert.deepEqual(decodeLetter(letter), said);
  }));
});

Deno.test("a letter leaves out what is undefined, and refuses what nobody could read", () => {
  assert.deepEqual(decodeLetter(encodeLetter({ a: undefined, b: 1 })), { b: 1 });
  const floats = { values: Float32Array.of(1) };
  assert.throws(() => encodeLetter(floats), /cannot hold a Float32Array/);
});
