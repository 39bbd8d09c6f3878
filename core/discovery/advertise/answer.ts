import { recordKey } from "../dns/compare.ts";
import { type Question, RecordType, type ResourceRecord } from "../dns/message.ts";
import { nameKey } from "../dns/name.ts";
import type { ServiceRecords } from "./records.ts";

/** The records that a question asks for. */
export function answersTo(question: Question, records: ServiceRecords): ResourceRecord[] {
  const { pointers, own, addresses, instance } = records;
  const name = nameKey(question.name);
  const found = [...pointers, ...own, ...addresses].filter((record) =>
    nameKey(record.name) === name &&
    (question.type === RecordType.ANY || question.type === record.type)
  );
  return found.length === 0 && name === nameKey(instance) ? [records.nothingElse] : found;
}

/** What whoever gets these answers will ask for next (RFC 6763, 12). */
export function additionsTo(
  answers: readonly ResourceRecord[],
  { own, addresses, instance }: ServiceRecords,
): ResourceRecord[] {
  const leads = answers.some(({ data }) =>
    data.kind === "pointer" && nameKey(data.target) === nameKey(instance)
  );
  const serves = leads || answers.some(({ data }) => data.kind === "service");
  const next = [...leads ? own : [], ...serves ? addresses : []];
  return next.filter((record) => !answers.includes(record));
}

/**
 * What whoever asks has yet. Looked up by key, since a packet may list a thousand records and ask a
 * thousand times.
 */
export class KnownAnswers {
  readonly #ttls = new Map<string, number>();

  constructor(known: readonly ResourceRecord[]) {
    for (const record of known) {
      const key = recordKey(record);
      this.#ttls.set(key, Math.max(record.ttl, this.#ttls.get(key) ?? 0));
    }
  }

  /** Whether the record is among them, for half of its time at least (RFC 6762, 7.1). */
  has(record: ResourceRecord): boolean {
    return this.#ttls.size > 0 && (this.#ttls.get(recordKey(record)) ?? -1) >= record.ttl / 2;
  }
}
