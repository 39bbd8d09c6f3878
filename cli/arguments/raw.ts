import { readWholeFile } from "../input/read_file.ts";
import { UsageError } from "./usage_error.ts";
import type { Argument } from "./invocation.ts";

/**
 * The arguments with those that are not UTF-8 as bytes, read from /proc/self/cmdline
 * (proc_pid_cmdline(5)): `Deno.args` has U+FFFD in the place of such bytes.
 *
 * @throws {UsageError} when the bytes cannot be had; guessing could touch the wrong file
 */
export async function recoverArguments(texts: readonly string[]): Promise<readonly Argument[]> {
  if (Deno.build.os !== "linux") return texts;
  const commandLine = await readCommandLine();
  const recovered = commandLine && lastArguments(commandLine, texts);
  if (recovered) return recovered;
  throw new UsageError(
    "An argument is not UTF-8, and its bytes cannot be read from /proc/self/cmdline. " +
      "Give blit the right to call system functions (--allow-ffi or --allow-all).",
  );
}

/** The last arguments of a command line as they are; undefined when they are not `texts`. */
export function lastArguments(
  commandLine: Uint8Array<ArrayBuffer>,
  texts: readonly string[],
): readonly Argument[] | undefined {
  const all: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; start < commandLine.length;) {
    const end = commandLine.indexOf(0, start);
    if (end < 0) break;
    all.push(commandLine.slice(start, end));
    start = end + 1;
  }
  const own = all.slice(all.length - texts.length);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  if (own.length !== texts.length) return undefined;
  if (!own.every((bytes, index) => decoder.decode(bytes) === texts[index])) return undefined;
  return own.map((bytes, index) => exactText(bytes) ?? texts[index] ?? bytes);
}

/** Bytes that are not UTF-8 as they are, or undefined for others. */
function exactText(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return undefined;
  } catch {
    return bytes;
  }
}

async function readCommandLine(): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readWholeFile("/proc/self/cmdline");
  } catch {
    return undefined; // without the right to call system functions
  }
}
