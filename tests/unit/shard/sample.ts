import {
  type ShardHeader,
  type ShardKind,
  ShardReader,
  ShardWriter,
} from "../../../core/shard/mod.ts";

/** An entry with its content, as plain values; bytes are latin-1 text so that they compare well. */
export interface Sample {
  readonly kind: ShardKind;
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly linkTarget: string;
  readonly content: string;
}

/** Latin-1 text as the bytes it stands for. */
export function bytesOf(latin1: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** Bytes as latin-1 text. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A sample with what a test does not care about filled in. */
export function sample(given: Partial<Sample> & { readonly name: string }): Sample {
  return {
    kind: "file",
    mode: 0o644,
    uid: Deno.uid() ?? 0,
    gid: Deno.gid() ?? 0,
    mtimeSeconds: 1_700_000_000,
    mtimeNanoseconds: 0,
    linkTarget: "",
    content: "",
    ...given,
  };
}

/** What the packer is told of a sample. */
export function headerOf(given: Sample): ShardHeader {
  return {
    ...given,
    name: bytesOf(given.name),
    sizeBytes: given.content.length,
    linkTarget: given.linkTarget === "" ? undefined : bytesOf(given.linkTarget),
  };
}

/** Packs samples into one shard and gives a copy of it. */
export function pack(samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  using writer = new ShardWriter({ capacityBytes: 8 << 20 });
  for (const each of samples) {
    const place = writer.begin(headerOf(each));
    if (place === null) throw new Error("The samples do not fit one shard");
    place.set(bytesOf(each.content));
    writer.end();
  }
  return writer.finish().slice();
}

/** Takes a whole archive apart, fed in pieces of `step` bytes. */
export function unpack(archive: Uint8Array, step = archive.length): Sample[] {
  using reader = new ShardReader();
  const found: Sample[] = [];
  for (let at = 0; at < archive.length; at += step) {
    for (const entry of reader.entries(archive.subarray(at, at + step))) {
      found.push({
        kind: entry.kind,
        name: textOf(entry.name),
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        mtimeSeconds: entry.mtimeSeconds,
        mtimeNanoseconds: entry.mtimeNanoseconds,
        linkTarget: textOf(entry.linkTarget),
        content: textOf(entry.content),
      });
    }
  }
  reader.end();
  return found;
}

/** Sets the checksum of the header block at `at` right, so that something else is what is wrong. */
export function mendChecksum(archive: Uint8Array, at = 0): void {
  archive.fill(0x20, at + 148, at + 156);
  let sum = 0;
  for (const byte of archive.subarray(at, at + 512)) sum += byte;
  archive.set(bytesOf(`${sum.toString(8).padStart(6, "0")}\0 `), at + 148);
}

/** Samples that need every corner of ustar and pax. */
export const ODD_SAMPLES: readonly Sample[] = [
  sample({ kind: "directory", name: "dir", mode: 0o2750, mtimeNanoseconds: 1 }),
  sample({ name: "dir/plain", content: "hello\n" }),
  sample({ name: "dir/empty", mode: 0o600, mtimeNanoseconds: 123_456_789 }),
  sample({ name: "dir/block", content: "x".repeat(512), mtimeNanoseconds: 500_000_000 }),
  sample({ name: "dir/more", content: "y".repeat(100_000), mode: 0o4755 }),
  sample({ name: "dir/new\nline and \\ tab\t", content: "1" }),
  sample({ name: "dir/caf\xc3\xa9", content: "utf-8" }),
  sample({ name: "dir/not-utf8-\xff\xfe", content: "bytes" }),
  sample({ name: `dir/${"n".repeat(255)}`, content: "long name" }),
  sample({ name: `dir/${"\xff".repeat(255)}`, content: "long name of bytes" }),
  sample({ kind: "directory", name: `dir/${"d".repeat(90)}` }),
  sample({ name: `dir/${"d".repeat(90)}/${"f".repeat(100)}`, content: "prefix and name" }),
  sample({
    kind: "symlink",
    name: `dir/${"d".repeat(90)}/${"l".repeat(100)}`,
    linkTarget: "t".repeat(100),
    mode: 0o777,
  }),
  sample({ kind: "symlink", name: "dir/link", linkTarget: "../some where", mode: 0o777 }),
  sample({ kind: "symlink", name: "dir/far", linkTarget: "/t".repeat(300), mode: 0o777 }),
  sample({ kind: "hard-link", name: "dir/again", linkTarget: "dir/plain" }),
  sample({ name: "dir/second", mtimeSeconds: 1, content: "2" }),
];
