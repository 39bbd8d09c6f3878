/** A Worker that sends or receives 1 GiB, for data_bench.ts. */
import { nameOf } from "../core/entry/mod.ts";
import {
  openInlet,
  openOutlet,
  RecordReader,
  RecordType,
  RecordWriter,
  Sleeper,
  type Stream,
} from "../core/remote/data/mod.ts";
import { openSys, type Sys } from "../core/sys/mod.ts";
import { openSockets, Ready, type Sockets } from "../core/sys/sockets.ts";

/** What is sent. */
export type Load = "nothing but bytes" | "shards" | "a file";

/** What a mover is to do, and with what. */
export interface Work {
  readonly stream: Stream;
  readonly waker: Int32Array<SharedArrayBuffer>;
  readonly load: Load;
  /** Of the file that is read or made; it lies in this directory. */
  readonly name: string;
  readonly directory: string;
  readonly sizeBytes: number;
}

const SHARD = 4 << 20;
const STEP = 64 << 20;
const WINDOW = 1 << 20;

function sendRaw({ stream, sizeBytes }: Work, sockets: Sockets): void {
  if (stream.kind !== "socket") throw new Error("Only a socket sends bytes and nothing else");
  const bytes = new Uint8Array(WINDOW);
  for (let sent = 0; sent < sizeBytes;) {
    const step = Math.min(WINDOW, sizeBytes - sent);
    const count = sockets.send(stream.descriptor, bytes, step, false);
    if (count > 0) sent += count;
    else sockets.wait(stream.descriptor, Ready.Write, -1, 1000);
  }
  sockets.closeWrite(stream.descriptor);
}

function receiveRaw({ stream }: Work, sockets: Sockets): number {
  if (stream.kind !== "socket") throw new Error("Only a socket receives bytes and nothing else");
  const bytes = new Uint8Array(WINDOW);
  for (let received = 0;;) {
    const count = sockets.receive(stream.descriptor, bytes, WINDOW);
    if (count > 0) received += count;
    else if (count === 0) return received;
    else sockets.wait(stream.descriptor, Ready.Read, -1, 1000);
  }
}

function send(work: Work, sys: Sys, sockets: Sockets): void {
  const sleeper = new Sleeper(work.waker, sockets);
  const writer = new RecordWriter(openOutlet(work.stream, sleeper, sys, sockets));
  if (work.load === "shards") {
    const shard = new Uint8Array(SHARD);
    for (let sent = 0; sent < work.sizeBytes; sent += SHARD) {
      writer.shard(new Uint32Array([1]), new Uint16Array(1), 1, shard);
    }
  } else {
    const directory = sys.openRoot(nameOf(work.directory));
    const file = sys.openRead(directory, nameOf(work.name));
    const state = { batch: 1, entry: 1, mtimeSeconds: 0, mtimeNanoseconds: 0, mode: 0, uid: 0 };
    writer.file({ ...state, gid: 0, blocks: 0, size: work.sizeBytes });
    for (let sent = 0; sent < work.sizeBytes; sent += STEP) writer.blocksOfFile(file, sent, STEP);
    writer.fileEnd();
    sys.close(file);
    sys.close(directory);
  }
  writer.end();
}

function receive(work: Work, sys: Sys, sockets: Sockets): number {
  const sleeper = new Sleeper(work.waker, sockets);
  const reader = new RecordReader(openInlet(work.stream, sleeper, sys, sockets));
  const window = new Uint8Array(WINDOW);
  const directory = sys.openRoot(nameOf(work.directory));
  const file = work.load === "a file" ? sys.create(directory, nameOf(work.name), 0o644) : -1;
  for (let type = reader.next(); type !== RecordType.End; type = reader.next()) {
    if (type < 0) throw new Error(`The stream broke: ${type}`);
    if (type === RecordType.Shard) { while (reader.read(window) > 0); }
    if (type === RecordType.Blocks) reader.readToFile(file);
  }
  if (file >= 0) sys.close(file);
  sys.close(directory);
  return reader.bytes;
}

const worker = self as unknown as {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
};

worker.onmessage = async ({ data }) => {
  const { way, work }: { way: "in" | "out"; work: Work } = data;
  const { sys } = await openSys("linux");
  const sockets = openSockets();
  if (sockets === undefined) throw new Error("There are no socket calls here");
  worker.onmessage = () => {
    let bytes = work.sizeBytes;
    if (way === "out") {
      if (work.load === "nothing but bytes") sendRaw(work, sockets);
      else send(work, sys, sockets);
    } else {
      bytes = work.load === "nothing but bytes"
        ? receiveRaw(work, sockets)
        : receive(work, sys, sockets);
    }
    worker.postMessage(bytes);
  };
  worker.postMessage("ready");
};
worker.postMessage("loaded");
