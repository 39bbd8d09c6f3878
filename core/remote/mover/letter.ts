/**
 * What the main thread says to a mover, as bytes: the mover runs one loop and turns no event loop,
 * so nothing that is posted to it would arrive. A letter is the message as JSON, with the arrays of
 * numbers behind it as they lie in memory; it never leaves the process.
 */

/** Bytes of a letter's head: the length of the whole, and of the text behind the head, as u32. */
export const HEAD_BYTES = 8;

const TYPES = [Uint8Array, Uint16Array, Uint32Array, Float64Array] as const;

type Numbers = InstanceType<typeof TYPES[number]>;

/** What stands in the text for an array of numbers: its type, elements, and where it begins. */
interface Reference {
  readonly $: readonly [type: number, length: number, at: number];
}

/** What stands in the text for a map. */
interface Pairs {
  readonly $pairs: readonly (readonly [unknown, unknown])[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The letter for a message of plain objects, arrays, maps, strings, finite numbers, booleans,
 * undefined as a property's value, and arrays of numbers.
 *
 * @throws {TypeError} for an array of numbers of another kind
 */
export function encodeLetter(message: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Numbers[] = [];
  let arrayBytes = 0;
  const text = JSON.stringify(message, (_, value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (ArrayBuffer.isView(value)) {
      const type = TYPES.findIndex((one) => value instanceof one);
      if (type < 0) throw new TypeError(`A letter cannot hold a ${value.constructor.name}.`);
      const numbers = value as Numbers;
      const reference: Reference = { $: [type, numbers.length, arrayBytes] };
      arrays.push(numbers);
      arrayBytes = aligned(arrayBytes + numbers.byteLength);
      return reference;
    }
    return value instanceof Map ? { $pairs: [...value] } satisfies Pairs : value;
  });
  const encoded = encoder.encode(text);
  const arraysAt = aligned(HEAD_BYTES + encoded.length);
  const letter = new Uint8Array(arraysAt + arrayBytes);
  new Uint32Array(letter.buffer, 0, 2).set([letter.length, encoded.length]);
  letter.set(encoded, HEAD_BYTES);
  let at = arraysAt;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    letter.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return letter;
}

/** Bytes of a letter of which only the head is there. */
export function letterBytes(head: Uint8Array<ArrayBuffer>): number {
  return new Uint32Array(head.buffer, head.byteOffset, 1)[0]!; // as the head has
}

/** The message of a letter. Its arrays are views of the letter's memory. */
export function decodeLetter(letter: Uint8Array<ArrayBuffer>): unknown {
  const textBytes = new Uint32Array(letter.buffer, 0, 2)[1]!; // as the head has
  const arraysAt = aligned(HEAD_BYTES + textBytes);
  return JSON.parse(
    decoder.decode(letter.subarray(HEAD_BYTES, HEAD_BYTES + textBytes)),
    (_, value: unknown): unknown => {
      if (typeof value !== "object" || value === null) return value;
      if ("$" in value) {
        const [type, length, at] = (value as Reference).$;
        return new TYPES[type]!(letter.buffer, arraysAt + at, length); // written by the other half
      }
      return "$pairs" in value ? new Map((value as Pairs).$pairs) : value;
    },
  );
}

/** Where the next array may begin: numbers of 64 bits lie at multiples of 8. */
function aligned(bytes: number): number {
  return bytes + 7 & ~7;
}
