/**
 * The daemon that `push.ts` and `pull.ts` talk to: two threads, each of which serves one stream at
 * a time. It says on which port it listens, and ends when it is killed.
 *
 *     deno run -A bench/floor/serve.ts HOST DIRECTORY
 *
 * @module
 */
import { socketAddress, STREAM, UNPACED } from "./address.ts";
import { bindListening } from "./libc.ts";
import { looking } from "./list.ts";
import { receive } from "./receive.ts";
import { makeRoot, openRoot, readRoot } from "./root.ts";
import { send } from "./send.ts";
import { byTwoThreads } from "./two_threads.ts";
import { hear, sendReady } from "./wire.ts";

interface Daemon {
  readonly listener: number;
  readonly directory: string;
  /** How many entries of the tree that is being pulled have been taken. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

const BACKLOG = 16;
const listening = bindListening();

function begin(): Daemon {
  const [host = "127.0.0.1", directory = "."] = Deno.args;
  const listener = listening.socket(...STREAM);
  const address = socketAddress(host, 0);
  listening.setsockopt(listener, ...UNPACED);
  listening.bind(listener, address, address.length);
  listening.listen(listener, BACKLOG);
  listening.getsockname(listener, address, new Uint8Array([address.length, 0, 0, 0]));
  console.error(`Listening on port ${new DataView(address.buffer).getUint16(2)}`);
  return { listener, directory, taken: new Int32Array(new SharedArrayBuffer(4)) };
}

function serve(daemon: Daemon): void {
  while (true) {
    const stream = listening.accept(daemon.listener, null, null);
    serveStream(stream, daemon);
    looking.ffiClose(stream);
  }
}

function serveStream(stream: number, { directory, taken }: Daemon): void {
  const request = hear(stream);
  if (request === undefined) return;
  const path = `${directory}/${request.path}`;
  const root = request.direction === "push" ? makeRoot(path) : openRoot(path);
  // The client asks for the second stream when it has heard of the first.
  if (request.stream === 0) taken[0] = 0;
  sendReady(stream);
  if (request.direction === "push") {
    receive(stream, root);
    sendReady(stream);
  } else send(stream, root, readRoot(root), () => Atomics.add(taken, 0, 1));
  looking.ffiClose(root);
}

byTwoThreads(import.meta.url, begin, serve);
