import { TransferError } from "../../transfer/failure.ts";
import type { FoundDaemon, ScanOptions } from "../found.ts";
import { listInterfaces } from "../interfaces.ts";
import { type AskingLinks, askingLinks } from "../link/all_links.ts";
import { askForAll, FollowUps } from "./asking.ts";
import { Sightings } from "./sightings.ts";

/** How long answers are waited for unless told. */
export const SCAN_MS = 2000;
/** When all are asked again: after a second, then with twice the time between (RFC 6762, 5.2). */
const AGAIN_MS = 1000;
/** How long a daemon may still be heard over other interfaces before it is told of. */
const SETTLE_MS = 200;
/** The same where no good address is known yet: a daemon may wait a second to answer (RFC 6762, 6). */
const UNSETTLED_MS = 1150;
/** Packets that come together are looked at together. */
const GATHER_MS = 10;
/** Answers usually come whole; what is missing after this is asked for. */
const MISSING_MS = 100;

/**
 * Looks for daemons on every network of this machine, by IPv4 and IPv6, and gives each as soon as
 * it is known. It ends when the time is over.
 *
 * ```ts
 * import { scan } from "./scan.ts";
 * for await (const { name, endpoint } of scan({ timeoutMs: 250 })) console.log(name, endpoint);
 * ```
 *
 * @throws {TransferError} `multicast-unavailable` where no network interface can be asked over
 */
export async function* scan(options: ScanOptions = {}): AsyncGenerator<FoundDaemon> {
  const { timeoutMs = SCAN_MS, signal } = options;
  signal?.throwIfAborted();
  const sightings = new Sightings();
  let wake = (): void => {};
  /** Something came since sightings were looked at. */
  let isNews = false;
  const asking = await askingLinks(interfacesHere(), (message, { at }, from) => {
    sightings.hear(message, at, from);
    isNews = true;
    wake();
  });
  const aborted = (): void => {
    isNews = true;
    wake();
  };
  signal?.addEventListener("abort", aborted);
  try {
    const began = performance.now();
    const given = new Set<string>();
    const since = new Map<string, number>();
    const followUps = new FollowUps();
    let next = 0;
    let step = AGAIN_MS;
    for (;;) {
      signal?.throwIfAborted();
      const now = performance.now() - began;
      if (now >= next) {
        await askAll(asking, sightings, next === 0);
        next += step;
        step *= 2;
      }
      const isOver = now >= timeoutMs;
      isNews = false;
      let soonest = Infinity;
      for (const { key, complete, settled, found } of sightings.all()) {
        if (given.has(key) || (!complete && !isOver)) continue;
        if (!since.has(key)) since.set(key, now);
        const due = (since.get(key) ?? now) + (settled ? SETTLE_MS : UNSETTLED_MS);
        if (!isOver && now < due) {
          soonest = Math.min(soonest, due);
          continue;
        }
        given.add(key);
        yield found;
      }
      if (isOver) return;
      if (now >= MISSING_MS) {
        for (const link of asking.links) followUps.ask(link, sightings.missing(link.at));
      }
      const until = Math.min(timeoutMs, next, soonest, now < MISSING_MS ? MISSING_MS : Infinity);
      await new Promise<void>((resolve) => {
        let timer = setTimeout(resolve, Math.max(0, until - (performance.now() - began)) + 1);
        wake = () => {
          clearTimeout(timer);
          wake = () => {};
          timer = setTimeout(resolve, signal?.aborted === true ? 0 : GATHER_MS);
        };
        // While whoever takes what is found was busy with it.
        if (isNews) wake();
      });
      wake = () => {};
    }
  } finally {
    signal?.removeEventListener("abort", aborted);
    await asking.close();
  }
}

/** The interfaces; where they may not be seen, a sentence. */
function interfacesHere(): ReturnType<typeof listInterfaces> {
  try {
    return listInterfaces();
  } catch (error) {
    throw unavailable([error instanceof Error ? error.message : String(error)]);
  }
}

/** Asks over every link; the first time, one of them must work. */
async function askAll(
  { links, failures }: AskingLinks,
  sightings: Sightings,
  first: boolean,
): Promise<void> {
  const reasons = await Promise.all(links.map(async (link) => {
    const reason = await askForAll(link, sightings.known(link.at));
    return reason === undefined ? undefined : `${link.at.name} (${link.family}): ${reason}`;
  }));
  const wrong = reasons.filter((reason) => reason !== undefined);
  if (first && wrong.length === links.length) throw unavailable([...failures, ...wrong]);
}

function unavailable(reasons: readonly string[]): TransferError {
  const why = reasons.length === 0 ? "no network interface has an address" : reasons.join("; ");
  return new TransferError(
    "multicast-unavailable",
    `Cannot look for daemons: nothing can be asked over any network interface (${why}).`,
  );
}
