import { sameData } from "../dns/compare.ts";
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

/** Whether whoever asked has the record for half of its time yet (RFC 6762, 7.1). */
export function isKnown(record: ResourceRecord, known: readonly ResourceRecord[]): boolean {
  const name = nameKey(record.name);
  return known.some(({ name: its, type, ttl, data }) =>
    type === record.type && ttl >= record.ttl / 2 && nameKey(its) === name &&
    sameData(data, record.data)
  );
}
