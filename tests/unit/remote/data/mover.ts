/** A Worker that does one thing after another with a stream, as a mover would: see `ground.ts`. */
import { nameOf } from "../../../../core/entry/mod.ts";
import { type Inlet, openInlet, openOutlet, Sleeper } from "../../../../core/remote/data/mod.ts";
import type { Outlet, Stream } from "../../../../core/remote/data/mod.ts";
import { openSys, type Result, type Sys } from "../../../../core/sys/mod.ts";
import { openSockets } from "../../../../core/sys/sockets.ts";
import { isPattern, putPattern } from "./pattern.ts";

/** What a mover is to do. */
export type Act =
  | { readonly do: "send"; readonly bytes: number; readonly piece: number }
  | { readonly do: "send file"; readonly path: string; readonly length: number }
  | { readonly do: "close" | "flush" }
  | {
    readonly do: "receive";
    readonly bytes: number;
    readonly piece: number;
    readonly isShort?: boolean;
  }
  | { readonly do: "receive to file"; readonly path: string; readonly length: number }
  | { readonly do: "wait" | "sleep"; readonly timeoutMs: number };

/** How it went. */
export interface Report {
  /** What the last call gave; a boolean one as 0 or 1. */
  readonly result: Result;
  /** Bytes of the stream so far. */
  readonly bytes: number;
  /** The connection's errno. */
  readonly failure: number;
  /** Whether all bytes received were the pattern. */
  readonly isPattern: boolean;
  /** When the act ended, on the clock that all threads share. */
  readonly at: number;
}

/** What a mover begins with. */
export interface Begin {
  readonly stream: Stream;
  readonly way: "in" | "out";
  readonly waker: Int32Array<SharedArrayBuffer>;
  readonly backend: "linux" | "portable";
}

function act(task: Act, stream: Inlet | Outlet, sleeper: Sleeper, sys: Sys): Report {
  let isWell = true;
  let result = 0;
  if (task.do === "sleep") result = Number(sleeper.sleep(task.timeoutMs));
  else if ("send" in stream) result = put(task, stream, sys);
  else [result, isWell] = take(task, stream, sys);
  return {
    result,
    bytes: "send" in stream ? stream.sentBytes : stream.receivedBytes,
    failure: stream.failure,
    isPattern: isWell,
    at: performance.timeOrigin + performance.now(),
  };
}

function put(task: Act, outlet: Outlet, sys: Sys): Result {
  if (task.do === "close") return outlet.close();
  if (task.do === "flush") return outlet.flush();
  if (task.do === "send file") {
    const file = open(task.path, sys, false);
    const result = outlet.sendFile(file, task.length);
    sys.close(file);
    return result;
  }
  if (task.do !== "send") throw new Error(`An outlet cannot ${task.do}`);
  const piece = new Uint8Array(task.piece);
  for (let left = task.bytes; left > 0;) {
    const length = Math.min(left, piece.length);
    putPattern(piece, outlet.sentBytes);
    const result = outlet.send(piece, length);
    if (result !== 0) return result;
    left -= length;
  }
  return 0;
}

function take(task: Act, inlet: Inlet, sys: Sys): [Result, boolean] {
  if (task.do === "wait") return [Number(inlet.wait(task.timeoutMs)), true];
  if (task.do === "receive to file") {
    const file = open(task.path, sys, true);
    const result = inlet.receiveToFile(file, task.length);
    sys.close(file);
    return [result, true];
  }
  if (task.do !== "receive") throw new Error(`An inlet cannot ${task.do}`);
  const piece = new Uint8Array(task.piece);
  let isWell = true;
  for (let left = task.bytes; left > 0;) {
    const before = inlet.receivedBytes;
    const count = inlet.receive(piece, Math.min(left, piece.length), task.isShort);
    if (count <= 0) return [count, isWell];
    isWell &&= isPattern(piece.subarray(0, count), before);
    left -= count;
  }
  return [1, isWell];
}

function open(path: string, sys: Sys, isNew: boolean): number {
  const directory = sys.openRoot(nameOf(path.slice(0, path.lastIndexOf("/"))));
  const name = nameOf(path.slice(path.lastIndexOf("/") + 1));
  const file = isNew ? sys.create(directory, name, 0o644) : sys.openRead(directory, name);
  sys.close(directory);
  if (file < 0) throw new Error(`Cannot open ${path}: ${file}`);
  return file;
}

const worker = self as unknown as {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
};

worker.onmessage = async ({ data }) => {
  const { stream, way, waker, backend }: Begin = data;
  const { sys } = await openSys(backend);
  const sockets = openSockets();
  const sleeper = new Sleeper(waker, sockets);
  const end = way === "in"
    ? openInlet(stream, sleeper, sys, sockets)
    : openOutlet(stream, sleeper, sys, sockets);
  worker.onmessage = (event) => worker.postMessage(act(event.data, end, sleeper, sys));
  worker.postMessage("up");
};
worker.postMessage("loaded");
