/**
 * 1 GiB over loopback from one mover to another, by sockets and by rings, next to what the kernel
 * gives: `deno run -A bench/data_bench.ts [directory] [rounds]`. Files lie in the directory,
 * /dev/shm unless told, and the receiver's is new each time.
 *
 * @module
 */
import {
  type Handover,
  handOverInlet,
  handOverOutlet,
  openWaker,
} from "../core/remote/data/mod.ts";
import { openSockets, type Sockets } from "../core/sys/sockets.ts";
import type { Load, Work } from "./data_mover.ts";

const SIZE = 1 << 30;
const SOURCE = "blit-bench-source";
const TARGET = "blit-bench-target";

interface Scenario {
  readonly name: string;
  readonly load: Load;
  readonly hasSockets: boolean;
}

const SCENARIOS: readonly Scenario[] = [
  { name: "send and recv, nothing else", load: "nothing but bytes", hasSockets: true },
  { name: "socket, shards of 4 MiB", load: "shards", hasSockets: true },
  { name: "ring, shards of 4 MiB", load: "shards", hasSockets: false },
  { name: "socket, a file", load: "a file", hasSockets: true },
  { name: "ring, a file", load: "a file", hasSockets: false },
];

/** A mover in its Worker. */
class Mover {
  readonly #worker = new Worker(new URL("./data_mover.ts", import.meta.url), { type: "module" });

  /** Resolves with the next thing it says. */
  hear(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = (event) => reject(new Error(event.message));
    });
  }

  say(message: unknown): void {
    this.#worker.postMessage(message);
  }

  close(): void {
    this.#worker.terminate();
  }
}

/** Megabytes a second of one run. */
async function measure(
  { load, hasSockets }: Scenario,
  sockets: Sockets,
  directory: string,
): Promise<number> {
  await Deno.remove(`${directory}/${TARGET}`).catch(() => {});
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using accepted = await listener.accept();
  using connected = await connecting;
  const wakers = [openWaker(sockets), openWaker(sockets)] as const;
  const given = hasSockets ? sockets : undefined;
  const out = handOverOutlet(connected, { waker: wakers[0] }, given);
  const into = handOverInlet(accepted, { waker: wakers[1] }, given);
  const work = ({ stream }: Handover, end: 0 | 1): Work => ({
    stream,
    waker: wakers[end].memory,
    load,
    directory,
    name: end === 0 ? SOURCE : TARGET,
    sizeBytes: SIZE,
  });
  const movers = [new Mover(), new Mover()] as const;
  await Promise.all(movers.map((mover) => mover.hear()));
  movers[0].say({ way: "out", work: work(out, 0) });
  movers[1].say({ way: "in", work: work(into, 1) });
  await Promise.all(movers.map((mover) => mover.hear()));
  const start = performance.now();
  for (const mover of movers) mover.say("go");
  const moved = await Promise.all(movers.map((mover) => mover.hear()));
  const seconds = (performance.now() - start) / 1000;
  if (moved[1] !== SIZE) throw new Error(`${moved[1]} bytes arrived`);
  for (const mover of movers) mover.close();
  await Promise.all([out.done, into.done]);
  for (const waker of wakers) waker.close();
  return SIZE / 1e6 / seconds;
}

function blocks(block: Uint8Array, count: number): ReadableStream<Uint8Array> {
  return ReadableStream.from(Array.from({ length: count }, () => block));
}

async function main(directory = "/dev/shm", rounds = "3"): Promise<void> {
  const sockets = openSockets();
  if (sockets === undefined) throw new Error("There are no socket calls here");
  const source = `${directory}/${SOURCE}`;
  const block = crypto.getRandomValues(new Uint8Array(65_536));
  await Deno.writeFile(source, blocks(block, SIZE / block.length));
  const figures = new Map<string, number[]>(SCENARIOS.map(({ name }) => [name, []]));
  try {
    for (let round = 0; round < Number(rounds); round++) {
      for (const scenario of SCENARIOS) {
        figures.get(scenario.name)?.push(await measure(scenario, sockets, directory));
      }
    }
  } finally {
    for (const name of [SOURCE, TARGET]) await Deno.remove(`${directory}/${name}`).catch(() => {});
  }
  for (const [name, speeds] of figures) {
    const median = speeds.toSorted((a, b) => a - b)[speeds.length >> 1] ?? 0;
    const all = speeds.map((speed) => speed.toFixed(0)).join(" ");
    console.log(`${name.padEnd(28)} ${median.toFixed(0).padStart(6)} MB/s  (${all})`);
  }
}

if (import.meta.main) await main(...Deno.args);
