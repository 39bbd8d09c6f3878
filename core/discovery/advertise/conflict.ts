import { compareSets, sameData } from "../dns/compare.ts";
import type { Message, ResourceRecord } from "../dns/message.ts";
import { type DnsName, nameKey } from "../dns/name.ts";
import type { ServiceRecords } from "./records.ts";

/** A name that is somebody else's too. */
export type Contested = "instance" | "host";

/**
 * The name for which a response has other records than ours; undefined for none.
 *
 * `own` has all addresses of this machine, and `from` is the response's: other responders on this
 * machine may speak for the host's name, and with other addresses of it.
 */
export function contestedBy(
  response: Message,
  ours: ServiceRecords,
  from: string,
  own: ReadonlySet<string>,
): Contested | undefined {
  const all = [...response.answers, ...response.additionals].filter(({ ttl }) => ttl > 0);
  const service = ours.own[0]?.data;
  const isOther = ({ data }: ResourceRecord): boolean =>
    data.kind === "service" && service !== undefined && !sameData(data, service);
  if (named(all, ours.instance).some(isOther)) return "instance";
  return named(all, ours.host).some((record) => isForeign(record, from, own)) ? "host" : undefined;
}

/**
 * The name that somebody asks for at the same time as we, and who is to have it (RFC 6762, 8.2);
 * undefined if the name is ours.
 */
export function lostTo(
  probe: Message,
  ours: ServiceRecords,
  from: string,
  own: ReadonlySet<string>,
): Contested | undefined {
  const theirs = (name: DnsName): ResourceRecord[] => named(probe.authorities, name);
  const instance = theirs(ours.instance);
  if (instance.length > 0 && compareSets(ours.own, instance) < 0) return "instance";
  const host = theirs(ours.host).filter((record) => isForeign(record, from, own));
  return host.length > 0 && compareSets(ours.addresses, host) < 0 ? "host" : undefined;
}

function isForeign({ data }: ResourceRecord, from: string, own: ReadonlySet<string>): boolean {
  return data.kind === "address" && !own.has(from.replace(/%.*$/, "")) && !own.has(data.address);
}

function named(records: readonly ResourceRecord[], name: DnsName): ResourceRecord[] {
  const key = nameKey(name);
  return records.filter((record) => nameKey(record.name) === key);
}
