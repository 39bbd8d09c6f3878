import type { Question } from "../grpc/mod.ts";
import type { Module } from "../server.ts";

/** Bytes of one answer that may be under way to the client: the Worker waits for more to be taken. */
export const WINDOW_BYTES = 512 * 1024;

/** What the main thread says to the Worker that answers questions. */
export type ToWorker =
  /** Answer this. */
  | {
    readonly type: "begin";
    readonly id: number;
    readonly module: Module;
    readonly question: Question;
  }
  /** So many bytes of an answer have been taken. */
  | { readonly type: "taken"; readonly id: number; readonly bytes: number }
  /** Nobody wants the answer any more. */
  | { readonly type: "stop"; readonly id: number };

/** Why an answer ended early; words that may leave this host. */
export interface EndedEarly {
  readonly code: string;
  readonly message: string;
  readonly exitCode: 1 | 64 | 130;
}

/** What the Worker says. */
export type FromWorker =
  /** An encoded `Answer`, and how many entries and failures are in it. */
  | {
    readonly type: "answer";
    readonly id: number;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly entries: number;
    readonly failures: number;
  }
  /** An answer has ended. */
  | { readonly type: "over"; readonly id: number; readonly early?: EndedEarly | undefined }
  /** An answer has ended because of a defect: what happened, for the log. */
  | { readonly type: "defect"; readonly id: number; readonly stack: string }
  /** The Worker is at it. */
  | { readonly type: "pulse" }
  /** It could not change its root, and goes on without. */
  | { readonly type: "no-chroot"; readonly errno: number };
