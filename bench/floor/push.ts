/**
 * The least that a program on Deno does to push a tree to a daemon (`serve.ts`): by two threads,
 * each over a stream of its own, it lists directories, reads every file and sends it, many in one
 * write, and large files by sendfile(2). Nothing is compared and nothing asked for.
 *
 *     deno run -A bench/floor/push.ts SOURCE floor://HOST:PORT/DESTINATION
 *
 * @module
 */
import { connectAll, parseAddress } from "./address.ts";
import { type Entries, openRoot, readRoot } from "./root.ts";
import { send } from "./send.ts";
import { byTwoThreads, type Take } from "./two_threads.ts";
import { ask, awaitReady } from "./wire.ts";

interface Push {
  readonly source: number;
  readonly entries: Entries;
  readonly streams: readonly number[];
}

function begin(): Push {
  const [from = ".", to = ""] = Deno.args;
  const { socket, path } = parseAddress(to);
  const source = openRoot(from);
  const entries = readRoot(source);
  const streams = connectAll(socket, (stream, index) => {
    ask(stream, { direction: "push", stream: index, path });
  });
  return { source, entries, streams };
}

function push({ source, entries, streams }: Push, take: Take, thread: number): void {
  const stream = streams[thread] ?? -1;
  send(stream, source, entries, take);
  awaitReady(stream);
}

byTwoThreads(import.meta.url, begin, push);
