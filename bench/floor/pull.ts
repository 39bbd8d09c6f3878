/**
 * The least that a program on Deno does to pull a tree from a daemon (`serve.ts`): by two threads,
 * each over a stream of its own, it makes what it is sent.
 *
 *     deno run -A bench/floor/pull.ts floor://HOST:PORT/SOURCE DESTINATION
 *
 * @module
 */
import { connectAll, parseAddress } from "./address.ts";
import { receive } from "./receive.ts";
import { makeRoot } from "./root.ts";
import { byTwoThreads, type Take } from "./two_threads.ts";
import { ask } from "./wire.ts";

interface Pull {
  readonly destination: number;
  readonly streams: readonly number[];
}

function begin(): Pull {
  const [from = "", to = "."] = Deno.args;
  const { socket, path } = parseAddress(from);
  const streams = connectAll(socket, (stream, index) => {
    ask(stream, { direction: "pull", stream: index, path });
  });
  return { destination: makeRoot(to), streams };
}

function pull({ destination, streams }: Pull, _take: Take, thread: number): void {
  receive(streams[thread] ?? -1, destination);
}

byTwoThreads(import.meta.url, begin, pull);
