import { remove } from "../../core/admin/mod.ts";
import { modules } from "../../core/admin/modules.ts";
import { ping } from "../../core/admin/ping.ts";
import { formatAuthority, type HostEndpoint } from "../../core/endpoint/host.ts";
import { formatEndpoint, type RemoteEndpoint } from "../../core/endpoint/endpoint.ts";
import { pathBytes, type PathLike } from "../../core/endpoint/mod.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import { copy } from "../../core/transfer/mod.ts";
import { randomBlock } from "./disk.ts";
import { median } from "./groups.ts";

/** How fast a server answers, and takes and gives content. */
export interface LinkSpeed {
  /** Until it was connected to, its greeting included. */
  readonly connectMs: number;
  /** Of a question and its answer: the fastest, the middle one and the slowest of 20. */
  readonly fastestMs: number;
  readonly medianMs: number;
  readonly slowestMs: number;
  /** The server's version of blit. */
  readonly version: string;
  /** One file sent to the place, its disk included; absent where nothing may be written. */
  readonly pushBytesPerSecond?: number;
  /** The same file fetched, into this machine's temporary directory. */
  readonly pullBytesPerSecond?: number;
  /** Size of that file. */
  readonly bytes?: number;
}

const QUESTIONS = 20;
/** Sent first, to see how much takes about a second. */
const FIRST_BLOCKS = 4;
const MOST_BLOCKS = 256;

/** Measures a server alone: how fast it answers. */
export async function measureAnswers(place: HostEndpoint | RemoteEndpoint): Promise<LinkSpeed> {
  const { connectMs, roundTripsMs, version } = await ping(place, QUESTIONS);
  const hundredth = (value: number): number => Math.round(value * 100) / 100;
  return {
    connectMs: hundredth(connectMs),
    fastestMs: hundredth(Math.min(...roundTripsMs)),
    medianMs: hundredth(median(roundTripsMs) ?? 0),
    slowestMs: hundredth(Math.max(...roundTripsMs)),
    version,
  };
}

/** Whether nothing may be written to a place. */
export async function isReadOnly({ host, port, module }: RemoteEndpoint): Promise<boolean> {
  const list = await modules(formatAuthority(host, port));
  if (module === undefined) return list.defaultReadOnly;
  return list.modules.some(({ name, readOnly }) => name === module && readOnly);
}

/** How fast content went, and how much of it. */
type ContentSpeed = Required<
  Pick<LinkSpeed, "pushBytesPerSecond" | "pullBytesPerSecond" | "bytes">
>;

/**
 * Sends a file to a directory on a server for about a second, fetches it again, and removes it at
 * both ends.
 *
 * @throws {TransferError} for a place that is not there, or that cannot be written to
 */
export async function measureContent(
  place: RemoteEndpoint,
  signal: AbortSignal,
): Promise<ContentSpeed> {
  const directory = await Deno.makeTempDir({ prefix: "blit-probe-" });
  const there = beneath(place, `.blit-probe-${crypto.randomUUID()}`);
  try {
    const speed = await sendAndFetch(directory, there, signal);
    await removeThere(there);
    return speed;
  } catch (error) {
    // What has not got there need not go, and why it has not is what to tell.
    await removeThere(there).catch(() => {});
    throw error;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function sendAndFetch(
  directory: string,
  there: PathLike,
  signal: AbortSignal,
): Promise<ContentSpeed> {
  const sent = `${directory}/sent`;
  await writeBlocks(sent, FIRST_BLOCKS);
  const first = await timed(sent, there, signal);
  const blocks = Math.floor(FIRST_BLOCKS * 1000 / first);
  const used = Math.min(MOST_BLOCKS, Math.max(FIRST_BLOCKS, blocks));
  await writeBlocks(sent, used);
  const bytes = used << 20;
  const pushMs = await timed(sent, there, signal);
  const pullMs = await timed(there, `${directory}/fetched`, signal);
  const rate = (milliseconds: number): number => Math.round(bytes * 1000 / milliseconds);
  return { bytes, pushBytesPerSecond: rate(pushMs), pullBytesPerSecond: rate(pullMs) };
}

async function timed(
  source: PathLike,
  destination: PathLike,
  signal: AbortSignal,
): Promise<number> {
  const { elapsedMs, failures } = await copy(source, destination, { compare: "always", signal });
  const [failure] = failures;
  if (failure !== undefined) throw new TransferError(failure.code, failure.message);
  return elapsedMs;
}

async function writeBlocks(path: string, blocks: number): Promise<void> {
  const block = randomBlock();
  using file = await Deno.create(path);
  for (let at = 0; at < blocks; at++) {
    for (let used = 0; used < block.length;) {
      used += file.writeSync(block.subarray(used));
    }
  }
}

function beneath(place: RemoteEndpoint, name: string): PathLike {
  const path = pathBytes(formatEndpoint({ ...place, content: true }));
  return Uint8Array.from([...path, ...new TextEncoder().encode(name)]);
}

async function removeThere(there: PathLike): Promise<void> {
  for await (const entry of remove(there)) {
    if (entry.type === "failure") throw new TransferError(entry.code, entry.message);
  }
}
