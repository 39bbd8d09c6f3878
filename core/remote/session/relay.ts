import type { Frame } from "../../../proto/generated/blit.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import type { ControlLink } from "../grpc/mod.ts";
import { abortOf } from "./abort.ts";
import { beginFrame } from "./begin.ts";
import { CAPABILITIES } from "./capabilities.ts";
import type { ClientRun } from "./client_run.ts";
import { closeConnections, connectStreams, type DataConnection } from "./client_streams.ts";
import { knownEnd } from "./end_report.ts";
import { StreamFailure } from "../end/stream_failure.ts";
import { Errno } from "../../sys/errno.ts";
import { Talk } from "./talk.ts";

/** Bytes that one stream holds on their way through this host. */
const BUFFER_BYTES: number = 256 * 1024;

/** How long the reason to give up may take on its way out. */
const FAREWELL_MS = 100;

/** Frames of one daemon that are the other's business. */
const TO_DESTINATION: ReadonlySet<string> = new Set(["batches", "scanEnd"]);
const TO_SOURCE: ReadonlySet<string> = new Set(["needs", "values", "rescan", "arrived"]);

/**
 * Joins a source behind one daemon to a destination behind another: passes frames and bytes on
 * as they come, and keeps none.
 */
export async function relay(
  run: ClientRun,
  sources: readonly RemoteEndpoint[],
  destination: RemoteEndpoint,
): Promise<void> {
  const [first] = sources;
  if (first === undefined) throw new RangeError("There is no source.");
  // Both ends measure ages from one moment.
  const nowSeconds = Date.now() / 1000;
  const links: ControlLink[] = [];
  let connections: DataConnection[] = [];
  let isOver = false;
  try {
    const [from, to] = await run.race(Promise.all([
      run.connect(first.host, first.port),
      run.connect(destination.host, destination.port),
    ]));
    // Each of the two hears of what the other can do.
    const greetings = await run.race(Promise.all([from.ping(), to.ping()]));
    const capabilities = run.agree(greetings.map(({ hello }) => hello)) ? CAPABILITIES : [];
    const pulled = from.open("pull", capabilities);
    links.push(pulled);
    const source = new Talk(Promise.resolve(pulled), run.memory, run, false);
    run.talks.push(source);
    const pulling = beginFrame(run, first, from.isHere, nowSeconds, { sourcePaths: sources });
    await pulled.send({
      body: { $case: "begin", value: { ...pulling, relayed: true } },
    });
    const ready = await run.race(source.awaitReady());
    const pushed = to.open("push", capabilities);
    links.push(pushed);
    const target = new Talk(Promise.resolve(pushed), run.memory, run, false);
    run.talks.push(target);
    const begin = beginFrame(run, destination, to.isHere, nowSeconds, { sources: ready.sources });
    const streams = Math.min(begin.streams, ready.streams);
    await pushed.send({ body: { $case: "begin", value: { ...begin, streams, relayed: true } } });
    const accepted = await run.race(target.awaitReady());
    const tokens = ready.tokens.slice(0, accepted.streams);
    const [incoming, outgoing] = await run.race(Promise.all([
      connectStreams(run, from, { ...ready, tokens }),
      connectStreams(run, to, accepted),
    ]));
    connections = [...incoming, ...outgoing];
    run.streams = outgoing.length;
    const heard = [
      source.listen(new Forwarder(source, pushed, TO_DESTINATION)),
      target.listen(new Forwarder(target, pulled, TO_SOURCE)),
    ];
    for (const [stream, data] of incoming.entries()) {
      const onward = outgoing[stream];
      if (onward === undefined) continue;
      pass(run, data, onward).catch((error) => {
        // Once everything has arrived, a stream that is cut is no loss.
        if (!isOver) source.fail(error);
      });
    }
    // The destination's last word is the source's sign to finish, and the other way round.
    const done = await run.race(target.done);
    isOver = true;
    run.tally.extrasLeft = done.extrasLeft;
    await pulled.send({ body: { $case: "done", value: done } });
    const last = await run.race(source.done);
    run.ends.source = knownEnd(last.report);
    run.ends.destination = knownEnd(done.report);
    await pushed.send({ body: { $case: "done", value: last } });
    pulled.end();
    pushed.end();
    await run.race(Promise.all(heard));
  } catch (error) {
    const abort = abortOf(run.explain(error));
    for (const link of links) link.abort(abort);
    // What is said must leave before the connections end.
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
    throw error;
  } finally {
    closeConnections(connections);
  }
}

/** Passes on what is the other daemon's business. */
class Forwarder {
  constructor(
    readonly talk: Talk,
    readonly onward: ControlLink,
    readonly cases: ReadonlySet<string>,
  ) {}

  hear(frame: Frame): boolean | Promise<boolean> {
    const { body } = frame;
    if (body === undefined) return true;
    if (this.cases.has(body.$case)) return this.#pass(frame);
    // The destination counts the source's failures, and says when a move may remove.
    const isShared = body.$case === "parcel" || body.$case === "counters" ||
      (body.$case === "phase" && body.value.name === "remove-source");
    return isShared ? this.#pass(frame).then(() => false) : false;
  }

  async #pass(frame: Frame): Promise<boolean> {
    await this.onward.send(frame);
    return true;
  }
}

/**
 * Passes the bytes of one stream on until it ends.
 *
 * @throws {StreamFailure} when either connection is lost
 */
async function pass(run: ClientRun, from: DataConnection, to: DataConnection): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const reader = from.kind === "tcp" ? from.conn : from.carry;
  const writer = to.kind === "tcp" ? to.conn : to.carry;
  const lost = (errno: number) => (): never => {
    throw new StreamFailure(errno);
  };
  for (;;) {
    const got = await reader.read(buffer).catch(lost(Errno.ECONNRESET));
    if (got === null) break;
    run.notePayload(got);
    for (let sent = 0; sent < got;) {
      sent += await writer.write(buffer.subarray(sent, got)).catch(lost(Errno.EPIPE));
    }
  }
  if (to.kind === "tcp") await to.conn.closeWrite().catch(lost(Errno.EPIPE));
  else to.carry.closeWrite();
}
