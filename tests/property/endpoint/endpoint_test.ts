import assert from "node:assert/strict";
import fc from "fast-check";
import { formatEndpoint, parseEndpoint } from "../../../core/endpoint/endpoint.ts";
import { parseHost } from "../../../core/endpoint/host.ts";
import { mayBeRemote, type PathLike } from "../../../core/endpoint/mod.ts";
import { TransferError } from "../../../core/transfer/failure.ts";

const encoder = new TextEncoder();

/** What a parser gives, or undefined where it refuses; anything else that is thrown gets out. */
function orRefused<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TransferError) {
      assert.equal(error.exitCode, 64);
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(error.message, /[\x00-\x1f\x7f]/);
      return undefined;
    }
    throw error;
  }
}

const label = fc.stringMatching(/^[a-z_]([a-z0-9_-]{0,10}[a-z0-9_])?$/);
const host = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join(".")),
  fc.ipV4(),
  fc.constantFrom("::1", "fe80::1%eth0", "2001:db8::7", "c", "file", "rsync"),
);
const port = fc.oneof(fc.constant(9031), fc.integer({ min: 1, max: 65535 }));
const module = fc.option(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((name) => !/[/\p{Cc}]/u.test(name) && name !== "." && name !== ".."),
  { nil: undefined },
);
const component = fc.uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => bytes.map((byte) => byte === 0 || byte === 47 ? 97 : byte))
  .filter((bytes) => !(bytes.length <= 2 && bytes.every((byte) => byte === 46)));

function joined(components: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(components.flatMap((part, index) => index ? [47, ...part] : [...part]));
}

Deno.test("what is written of a remote place is read as the same", () => {
  const place = fc.record({
    host,
    port,
    module,
    path: fc.array(component, { maxLength: 4 }).map(joined),
    content: fc.boolean(),
  }, { noNullPrototype: true });
  fc.assert(
    fc.property(place, (given) => {
      const content = given.content || given.path.length === 0;
      const written = formatEndpoint({ ...given, content, kind: "remote", text: "" });
      const { text: _, ...read } = { text: "", ...parseEndpoint(written) };
      assert.deepEqual(read, { ...given, content, kind: "remote" });
    }),
    { numRuns: 300 },
  );
});

/** Text of the letters that matter, so that most of it goes far. */
const nearly = fc.array(
  fc.constantFrom(..."a b C : : / / // [ ] ::1 . .. @ % 9031 0 \\ é \0 \n xn-- file: ß".split(" ")),
  { maxLength: 9 },
).map((parts) => parts.join(""));
const anything: fc.Arbitrary<PathLike> = fc.oneof(
  nearly,
  nearly.map((text) => encoder.encode(text)),
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
  fc.tuple(nearly, fc.uint8Array({ maxLength: 10 }))
    .map(([text, bytes]) => Uint8Array.from([...encoder.encode(text), ...bytes])),
);

Deno.test("anything is read or refused with a sentence, and its canonical form stays as it is", () => {
  fc.assert(
    fc.property(anything, (given) => {
      const endpoint = orRefused(() => parseEndpoint(given));
      if (endpoint === undefined) return;
      const written = formatEndpoint(endpoint);
      const again = parseEndpoint(written);
      assert.deepEqual(formatEndpoint(again), written);
      if (endpoint.kind === "local") return assert.deepEqual(again, endpoint);
      assert.ok(mayBeRemote(given));
      assert.deepEqual({ ...again, text: "" }, { ...endpoint, text: "" });
      assert.ok(endpoint.port >= 1 && endpoint.port <= 65535);
      assert.ok(!endpoint.path.includes(0));
      const parts = new TextDecoder("latin1").decode(endpoint.path).split("/");
      if (endpoint.path.length > 0) {
        assert.ok(parts.every((part) => part !== "" && part !== "." && part !== ".."));
      } else assert.ok(endpoint.content);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("anything as a server is read or refused with a sentence", () => {
  fc.assert(
    fc.property(anything, (given) => {
      if (given instanceof URL) return;
      const endpoint = orRefused(() => parseHost(given));
      if (endpoint === undefined) return;
      const written = formatEndpoint(endpoint);
      assert.ok(typeof written === "string");
      assert.deepEqual({ ...parseHost(written), text: "" }, { ...endpoint, text: "" });
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a path with ./ or / before it is always local", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom("./", "/"), (text, start) => {
      const path = start + text;
      assert.deepEqual(parseEndpoint(path), { kind: "local", path });
    }),
  );
});
