import type { DeletionRequest } from "../../core/transfer/options.ts";
import type { Console } from "../output/console.ts";
import { count, counted } from "../output/numbers.ts";

/** Asks at the terminal whether extras may go; anything but a yes is a no, and so is an abort. */
export async function askToDelete(
  console: Console,
  request: DeletionRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const { samples, backupDir } = request;
  const names = samples.slice(0, 10);
  const held = counted(request.destinationEntries, "entry", "entries");
  console.tell(
    `The source does not have ${count(request.count)} of the destination's ${held}:`,
  );
  for (const name of names) console.tell(`  ${name}`);
  if (request.count > names.length) {
    console.tell(`  and ${count(request.count - names.length)} more`);
  }
  const them = request.count === 1 ? "it" : "them";
  const question = backupDir === undefined ? `Delete ${them}?` : `Move ${them} to "${backupDir}"?`;
  const yes = await isAgreed(console, question, signal);
  if (!yes && !signal.aborted) console.tell("Nothing is deleted.");
  return yes;
}

/** Puts a question; anything but a yes is a no, and so is the signal. */
export async function isAgreed(
  console: Console,
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  console.draw(`${question} [y/N] `);
  const answer = await readLine(signal);
  if (answer === undefined) console.draw("\n");
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

/** A line of standard input; undefined at its end, or when the signal comes first. */
async function readLine(signal: AbortSignal): Promise<string | undefined> {
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
    if (signal.aborted) resolve(null);
  });
  const buffer = new Uint8Array(1024);
  // A terminal gives whole lines (termios(3), canonical mode).
  const length = await Promise.race([Deno.stdin.read(buffer), aborted]);
  return length === null ? undefined : new TextDecoder().decode(buffer.subarray(0, length));
}
