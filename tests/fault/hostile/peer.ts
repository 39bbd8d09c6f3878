import { nameOf } from "../../../core/entry/mod.ts";
import {
  BatchFlag,
  type BatchHead,
  encodeBatch,
  encodeRanges,
  newColumns,
} from "../../../core/remote/batch/mod.ts";
import { connectData, type Outlet, RecordWriter } from "../../../core/remote/data/mod.ts";
import { ShardWriter } from "../../../core/shard/mod.ts";
import { connect, type Connection, type ControlLink } from "../../../core/remote/grpc/mod.ts";
import { Begin, Compare, type Frame, Options, Verb } from "../../../proto/generated/blit.ts";
import type { Daemon } from "../../support/mod.ts";

/** What a frame says. */
export type Body = NonNullable<Frame["body"]>;

/** How long a daemon may take to see that it is being fooled. */
const LATE_MS = 60_000;

/** A client that knows the protocol and does not keep to it. */
export class HostilePeer implements AsyncDisposable {
  readonly heard: Body[] = [];
  readonly #conns: Deno.TcpConn[] = [];

  constructor(
    readonly daemon: Daemon,
    readonly connection: Connection,
    readonly link: ControlLink,
  ) {}

  /** Opens a session and says how it begins. */
  static async open(
    daemon: Daemon,
    kind: "push" | "pull",
    begin: Partial<Begin> = {},
    options: Partial<Options> = {},
    capabilities: readonly string[] = [],
  ): Promise<HostilePeer> {
    const version = "hostile";
    const connection = await connect(daemon.host, daemon.port, { version, capabilities });
    const peer = new HostilePeer(daemon, connection, connection.open(kind));
    const nothing = new Uint8Array();
    await peer.say({
      $case: "begin",
      value: {
        ...Begin.decode(nothing),
        verb: Verb.COPY,
        path: text(kind === "push" ? "pushed" : ""),
        sourcePaths: kind === "pull" ? [text("source/")] : [],
        sources: kind === "push"
          ? [{ name: text("tree"), content: true, isDirectory: true, text: "tree/" }]
          : [],
        streams: 1,
        options: {
          ...Options.decode(nothing),
          compare: Compare.SIZE_MTIME,
          canConfirm: true,
          forceDelete: true,
          nowSeconds: Date.now() / 1000,
          ...options,
        },
        ...begin,
      },
    });
    return peer;
  }

  /** Sends a frame; a daemon that has hung up is what is hoped for. */
  async say(body: Body): Promise<void> {
    await this.link.send({ body }).catch(() => {});
  }

  /** The next frame of a kind; undefined when the session ends before. */
  async hear<Case extends Body["$case"]>(
    kind: Case,
  ): Promise<Extract<Body, { $case: Case }> | undefined> {
    for (;;) {
      const body = await this.#next();
      if (body === undefined || body.$case === kind) {
        return body as Extract<Body, { $case: Case }> | undefined;
      }
    }
  }

  /** Hears the session to its end, which has to come soon; gives the kinds of frames. */
  async ending(): Promise<string[]> {
    // By one clock for all frames: signs of life come as long as the session lasts.
    const end = performance.now() + LATE_MS;
    while (await this.#next(end - performance.now()) !== undefined);
    return this.heard.map(({ $case }) => $case);
  }

  async #next(limitMs = LATE_MS): Promise<Body | undefined> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error("the daemon goes on as if all were well")),
        limitMs,
      );
    });
    try {
      const frame = await Promise.race([this.link.receive().catch(() => undefined), late]);
      if (frame?.body !== undefined) this.heard.push(frame.body);
      return frame?.body;
    } finally {
      clearTimeout(timer);
    }
  }

  /** A data connection with a token of this session, or with another. */
  async data(token?: Uint8Array): Promise<Deno.TcpConn> {
    const ready = await this.hear("ready");
    if (ready === undefined) throw new Error("the session does not stand");
    const { dataPort, tokens } = ready.value;
    const conn = await connectData(
      this.daemon.host,
      dataPort,
      token ?? tokens[0] ?? new Uint8Array(),
    );
    this.#conns.push(conn);
    return conn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const conn of this.#conns) {
      try {
        conn.close();
      } catch {
        // It is closed.
      }
    }
    this.connection.close();
    await this.link.settled;
  }
}

/** Bytes of a text. */
export function text(given: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(given);
}

/** A batch of regular files of ten bytes as a frame; the names may be what no encoder takes. */
export function batchFrame(
  names: readonly string[],
  head: Partial<Omit<BatchHead, "path">> & { readonly path?: string } = {},
  mode = 0o100644,
  size = 10,
): Body {
  const columns = newColumns();
  // Encoded under names of the same length and order that are allowed, and changed behind its back.
  const honest = (name: string) => name.replace(/[/.\0]/g, "Q");
  names.forEach((name, index) => {
    columns.names.add(nameOf(honest(name)), mode >>> 12);
    columns.states[index] = 1;
    columns.stats.mode[index] = mode;
    columns.stats.size[index] = mode >>> 12 === 8 ? size : 0;
    columns.stats.links[index] = 1;
    if (mode >>> 12 === 10) columns.linkTargets[index] = nameOf("target");
  });
  columns.directory.mode[0] = 0o40755;
  const path = head.path ?? "";
  const bytes = encodeBatch({
    number: 1,
    parent: 0,
    parentEntry: 0,
    source: 0,
    flags: BatchFlag.First | BatchFlag.Last,
    ...head,
    path: nameOf(honest(path)),
  }, columns);
  for (const name of [...names, path]) replace(bytes, honest(name), name);
  return { $case: "batches", value: { data: framed(bytes) } };
}

/** A batch with its length before it. */
export function framed(batch: Uint8Array): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(4 + batch.length);
  new DataView(data.buffer).setUint32(0, batch.length, true);
  data.set(batch, 4);
  return data;
}

function replace(bytes: Uint8Array, from: string, to: string): void {
  if (from === to) return;
  const [old, fresh] = [text(from), text(to)];
  for (let at = 0; at + old.length <= bytes.length; at++) {
    if (old.every((byte, n) => bytes[at + n] === byte)) return bytes.set(fresh, at);
  }
  throw new Error(`"${from}" is not in the batch`);
}

/** Need-lists for one batch as a frame. */
export function needsFrame(batch: number, entries: readonly number[], stream = 0): Body {
  const ranges = encodeRanges(entries, entries.length);
  const list = { batch, stream, ranges, more: false, bases: [], made: new Uint8Array(0) };
  return { $case: "needs", value: { lists: [list] } };
}

/** Records as bytes. */
export function records(write: (writer: RecordWriter) => void): Uint8Array<ArrayBuffer> {
  let all = new Uint8Array(0);
  const outlet: Outlet = {
    get sentBytes() {
      return all.length;
    },
    failure: 0,
    send(bytes, length) {
      const more = new Uint8Array(all.length + length);
      more.set(all);
      more.set(bytes.subarray(0, length), all.length);
      all = more;
      return 0;
    },
    sendFile: () => 0,
    flush: () => 0,
    close: () => 0,
  };
  write(new RecordWriter(outlet));
  return all;
}

/** Bytes of a shard that holds the files given, entries of a batch; the names may be what no writer takes. */
export function shardOf(
  names: readonly string[],
  pairs: readonly number[],
  batch = 1,
  content = "ten bytes!",
): Uint8Array<ArrayBuffer> {
  const tar = new ShardWriter({ capacityBytes: 1 << 20 });
  const places: number[] = [];
  for (const name of names) {
    places.push(tar.sizeBytes);
    tar.begin({
      kind: "file",
      name: text("Q".repeat(name.length)),
      mode: 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: content.length,
      mtimeSeconds: 1,
      mtimeNanoseconds: 0,
    })?.set(text(content));
    tar.end();
  }
  const bytes = tar.finish().slice();
  tar.close();
  names.forEach((name, index) => rename(bytes.subarray(places[index]), name));
  const batches = new Uint32Array(pairs.length).fill(batch);
  return records((writer) =>
    void writer.shard(batches, new Uint16Array(pairs), pairs.length, bytes)
  );
}

/** Puts another name into a tar header, with a checksum that is right. */
function rename(header: Uint8Array, name: string): void {
  header.set(text(name));
  header.fill(32, 148, 156);
  const sum = header.subarray(0, 512).reduce((one, other) => one + other, 0);
  header.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
}
