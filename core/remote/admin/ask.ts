import type { Answer } from "../../../proto/generated/blit.ts";
import { TransferError } from "../../transfer/failure.ts";
import { VERSION } from "../../version.ts";
import { type AnswerSource, LinkError, type Question } from "../grpc/mod.ts";
import type { Connection } from "../grpc/mod.ts";
import { dial } from "../session/dial.ts";
import { unreadable } from "./columns.ts";
import { shown } from "./rows_wire.ts";
import type { AskOptions } from "./types.ts";

/** A body of an answer but the last one. */
export type Body = Exclude<NonNullable<Answer["body"]>, { $case: "abort" | "end" }>;

/** A daemon's address. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Connects to a daemon for a moment. */
export async function withDaemon<Value>(
  address: Address,
  { signal, timeoutMs }: AskOptions,
  work: (connection: Connection) => Promise<Value>,
): Promise<Value> {
  try {
    const connection = await connectTo(address, { signal, timeoutMs });
    const close = (): void => connection.close();
    signal?.addEventListener("abort", close, { once: true });
    try {
      return await work(connection);
    } finally {
      signal?.removeEventListener("abort", close);
      connection.close();
    }
  } catch (error) {
    throw explain(error, signal);
  }
}

/**
 * Asks a daemon, and gives the bodies of its answer as they come. Whoever stops asking for more
 * ends the call, and what the daemon does for it.
 *
 * @throws {TransferError} for what the daemon refuses, and when it cannot be reached or vanishes
 */
export async function* ask(
  address: Address,
  question: Question,
  options: AskOptions,
): AsyncGenerator<Body, void, void> {
  const { signal } = options;
  let connection: Connection | undefined;
  let source: AnswerSource | undefined;
  const close = (): void => source?.close();
  try {
    connection = await connectTo(address, options);
    source = connection.ask(question);
    signal?.addEventListener("abort", close, { once: true });
    for (;;) {
      signal?.throwIfAborted();
      const body = await source.receive();
      if (body === undefined) return;
      if (body.$case === "abort") throw refusal(body.value);
      if (body.$case === "end") continue;
      yield body;
    }
  } catch (error) {
    throw explain(error, signal);
  } finally {
    signal?.removeEventListener("abort", close);
    source?.close();
    connection?.close();
  }
}

/** The only body of an answer that has one. */
export async function askOnce(
  address: Address,
  question: Question,
  options: AskOptions,
): Promise<Body> {
  for await (const body of ask(address, question, options)) return body;
  throw unreadable("it is empty");
}

/** A body that does not fit the question. */
export function outOfTurn({ $case }: Body): TransferError {
  return unreadable(`"${$case}" was not asked for`);
}

function connectTo({ host, port }: Address, options: AskOptions): Promise<Connection> {
  const { signal, timeoutMs } = options;
  return dial(host, port, {
    version: VERSION,
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function refusal(
  { code, message, exitCode }: { code: string; message: string; exitCode: number },
): TransferError {
  return new TransferError(shown(code), shown(message), exitCode === 64 ? "usage" : "aborted");
}

/** Why a call failed, as its caller shall see it. */
function explain(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof LinkError)) return error;
  const isAsked = error.code === "refused" || error.code === "version";
  return new TransferError(isAsked ? error.reason : error.code, shown(error.message));
}
