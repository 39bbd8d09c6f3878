import type { Begin, Done, Parcel as WireParcel } from "../../../proto/generated/blit.ts";
import { isCodes } from "../../history/field.ts";
import { CODES, rounded, type RunRecord } from "../../history/record.ts";
import { Counter, earliestOf } from "../../movers/counters.ts";
import type { Parcel } from "../../movers/outbox.ts";
import { errnoName } from "../../sys/errno.ts";
import type { Work } from "../../transfer/options.ts";
import { VERSION } from "../../version.ts";
import type { SessionKind } from "../grpc/mod.ts";
import { endFields, type KnownEnd, knownEnd } from "./end_report.ts";

/** What a session was when all of it was done. */
export interface EndedSession {
  readonly kind: SessionKind;
  readonly verb: Exclude<Work, "check">;
  readonly begin: Begin;
  readonly backend: "linux" | "portable";
  readonly transport: "tcp" | "grpc";
  readonly streams: number;
  /** The counters of both ends. */
  readonly own: readonly number[];
  readonly other: readonly number[];
  /** The rows of this end's movers. */
  readonly rows: Float64Array;
  /** When it began, as performance.now() tells. */
  readonly started: number;
  /** How this end fared, and what the other said in the end. */
  readonly here: KnownEnd;
  readonly done: Done;
}

/** The record of a session that a daemon has served: the same fields as a client's, but no names. */
export class SessionRecord {
  readonly #codes = new Map<string, number>();

  /** Notes what failed at this end. */
  own({ failures }: Parcel): void {
    for (const { code, errno } of failures) this.#note(code ?? errnoName(errno));
  }

  /** Notes what failed at the other end, in its words. */
  other({ failures }: WireParcel): void {
    for (const { code } of failures) this.#note(code);
  }

  /** The record. */
  of(session: EndedSession): RunRecord {
    const { kind, verb, begin, backend, transport, streams, own, other, here, started } = session;
    const total = (counter: number): number =>
      Math.round((own[counter] ?? 0) + (other[counter] ?? 0));
    const there = knownEnd(session.done.report);
    const [source, destination] = kind === "push" ? [there, here] : [here, there];
    const first = earliestOf(session.rows, Counter.FirstPayload);
    const failures = total(Counter.Failures);
    const byItself = transport === "grpc" && !begin.forceGrpcData;
    return {
      endedMs: Date.now(),
      blit: VERSION,
      verb,
      direction: begin.relayed ? "relay" : kind,
      transport,
      backend,
      streams,
      entries: total(Counter.Scanned),
      files: total(Counter.FilesCreated) + total(Counter.FilesUpdated),
      bytes: total(Counter.BytesTransferred),
      // Each end counts what has passed its own.
      wireBytes: own[Counter.WireBytes] ?? 0,
      deleted: total(Counter.Deleted),
      failures,
      elapsedMs: rounded(performance.now() - started),
      firstPayloadMs: first === undefined
        ? undefined
        : rounded(Math.max(0, first - performance.timeOrigin - started)),
      ...endFields({ source, destination }),
      stalls: there.stalls,
      retries: byItself ? 1 : 0,
      ...(total(Counter.BytesResumed) > 0 && { resumedBytes: total(Counter.BytesResumed) }),
      ...(failures > 0 && { failureCodes: Object.fromEntries(this.#codes) }),
    };
  }

  #note(code: string): void {
    const isNew = !this.#codes.has(code);
    if (isNew && (this.#codes.size >= CODES || !isCodes({ [code]: 1 }))) return;
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }
}
