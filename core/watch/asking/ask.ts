import type { PathLike } from "../../endpoint/local_path.ts";
import { askSocket } from "../../sys/linux/ask_socket.ts";
import type { TransferOptions } from "../../transfer/options.ts";
import { pairOf, socketOf } from "./pair.ts";
import { type Answer, questionOf } from "./protocol.ts";

/** A watcher that is slower than this is at work, or stopped: a sweep is as fast. */
const PATIENCE_MS = 10;

/**
 * Whether a resident watcher says that a mirror would find nothing to do. Whatever goes wrong, it
 * does not say so.
 */
export function isProvenClean(
  folder: string,
  source: PathLike,
  destination: PathLike,
  options: TransferOptions,
): boolean {
  const pair = pairOf(source, destination);
  if (pair === undefined) return false;
  const socket = socketOf(folder, pair);
  try {
    Deno.lstatSync(socket);
    const question = questionOf(pair, source, options);
    if (question === undefined) return false;
    const line = askSocket(socket, JSON.stringify(question), PATIENCE_MS);
    if (line === undefined) return false;
    const answer = JSON.parse(line) as Partial<Answer> | null;
    return answer?.version === question.version && answer.state === "clean";
  } catch {
    return false;
  }
}
