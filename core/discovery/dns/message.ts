import type { DnsName } from "./name.ts";

/** Types of records (RFC 1035, 3596, 2782, 4034). */
export const RecordType = {
  A: 1,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NSEC: 47,
  ANY: 255,
} as const;

/** What a record says, by its type. */
export type RecordData =
  /** `A` and `AAAA`; of version 6 in its shortest form. */
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "pointer"; readonly target: DnsName }
  | {
    readonly kind: "service";
    readonly priority: number;
    readonly weight: number;
    readonly port: number;
    readonly target: DnsName;
  }
  | { readonly kind: "text"; readonly strings: readonly Uint8Array<ArrayBuffer>[] }
  /** `NSEC`: there are records of these types, all below 256, and no others. */
  | { readonly kind: "types"; readonly next: DnsName; readonly types: readonly number[] }
  /** Any other type. */
  | { readonly kind: "other"; readonly bytes: Uint8Array<ArrayBuffer> };

/** A record of class IN. */
export interface ResourceRecord {
  readonly name: DnsName;
  readonly type: number;
  /** What is known under name and type is to be forgotten (RFC 6762, 10.2). */
  readonly flush: boolean;
  /** Seconds that it holds; 0 takes it back. */
  readonly ttl: number;
  readonly data: RecordData;
}

/** A question of class IN or ANY. */
export interface Question {
  readonly name: DnsName;
  readonly type: number;
  /** The answer may come to the asker alone (RFC 6762, 5.4). */
  readonly unicast: boolean;
}

/** A packet of multicast DNS, as far as it matters here. */
export interface Message {
  readonly id: number;
  readonly response: boolean;
  /** More of the same follows. */
  readonly truncated: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** A message of those parts, the rest empty. */
export function messageOf(parts: Partial<Message>): Message {
  return {
    id: 0,
    response: false,
    truncated: false,
    questions: [],
    answers: [],
    authorities: [],
    additionals: [],
    ...parts,
  };
}
