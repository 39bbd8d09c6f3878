import { join } from "node:path";

/** `directories` directories with `files` files of `sizeBytes` each, every content its own. */
export async function bigTree(
  root: string,
  directories: number,
  files: number,
  sizeBytes: number,
): Promise<void> {
  await Deno.mkdir(root, { recursive: true });
  for (let d = 0; d < directories; d++) {
    await flatTree(join(root, `directory-${d}`), files, sizeBytes, `${d}.`);
  }
}

/** One directory with `files` files of `sizeBytes` each, every content its own. */
export async function flatTree(
  root: string,
  files: number,
  sizeBytes: number,
  salt = "",
): Promise<void> {
  await Deno.mkdir(root, { recursive: true });
  const content = new Uint8Array(sizeBytes).fill(0x2e);
  const encoder = new TextEncoder();
  for (let f = 0; f < files; f++) {
    const head = encoder.encode(`${salt}${f}\n`);
    content.set(head.subarray(0, sizeBytes));
    Deno.writeFileSync(join(root, `file-${f}`), content);
  }
}

/** A file of `sizeBytes` whose every 64 KiB differ; `seed` makes files differ. */
export async function bigFile(path: string, sizeBytes: number, seed = 1): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const chunk = new Uint8Array(65536);
  const words = new Uint32Array(chunk.buffer);
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, seed + 2654435761);
  for (let done = 0, n = 0; done < sizeBytes; done += chunk.length, n++) {
    // One word of each page is enough to tell it from every other.
    for (let i = 0; i < words.length; i += 1024) words[i] = Math.imul(i + 1, seed + n * 2654435761);
    const part = chunk.subarray(0, Math.min(chunk.length, sizeBytes - done));
    for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
  }
}
