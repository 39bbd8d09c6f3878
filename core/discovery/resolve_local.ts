import { usableAddresses } from "./browse/addresses.ts";
import type { HeardAddress } from "./browse/addresses.ts";
import { messageOf, RecordType } from "./dns/message.ts";
import { hostName, nameKey } from "./dns/name.ts";
import { writeMessage } from "./dns/write.ts";
import { listInterfaces } from "./interfaces.ts";
import { askingLinks } from "./link/all_links.ts";

/** When it is asked, and asked again. */
const ASK_MS = [0, 250, 750] as const;
/** How long other addresses may follow the first. */
const SETTLE_MS = 30;

/**
 * The addresses of a host in `local`, the best first; none where nobody answers in time. Systems
 * resolve such names only where they were set up for it (nss-mdns), and Deno not by itself.
 */
export async function resolveLocal(
  host: string,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const name = hostName(host);
  const key = nameKey(name);
  const heard: HeardAddress[] = [];
  const timers: ReturnType<typeof setTimeout>[] = [];
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const asking = await askingLinks(listInterfaces(), (message, { at: over }) => {
    if (!message.response) return;
    for (const record of [...message.answers, ...message.additionals]) {
      if (record.data.kind !== "address" || record.ttl === 0 || nameKey(record.name) !== key) {
        continue;
      }
      if (heard.length < 256) heard.push({ address: record.data.address, over });
      timers.push(setTimeout(answer, SETTLE_MS));
    }
  });
  const question = writeMessage(messageOf({
    questions: [RecordType.A, RecordType.AAAA].map((type) => ({ name, type, unicast: false })),
  }));
  const ask = (): void => {
    for (const link of asking.links) void link.send(question);
  };
  for (const ms of ASK_MS) timers.push(setTimeout(ask, ms));
  timers.push(setTimeout(answer, options.timeoutMs ?? 1500));
  const stop = (): void => answer();
  options.signal?.addEventListener("abort", stop);
  try {
    options.signal?.throwIfAborted();
    await answered;
    options.signal?.throwIfAborted();
    return usableAddresses(heard);
  } finally {
    options.signal?.removeEventListener("abort", stop);
    for (const timer of timers) clearTimeout(timer);
    await asking.close();
  }
}

/**
 * What to connect to for a host: itself, or the best address of one in `local` that answers. It
 * fails only with what `signal` was aborted with.
 */
export async function dialable(host: string, signal?: AbortSignal): Promise<string> {
  if (!/\.local\.?$/i.test(host)) return host;
  try {
    const [address] = await resolveLocal(host, signal === undefined ? {} : { signal });
    return address ?? host;
  } catch {
    signal?.throwIfAborted();
    // The system may know better.
    return host;
  }
}
