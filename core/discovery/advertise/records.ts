import { RecordType, type ResourceRecord } from "../dns/message.ts";
import { type DnsName, labelOf } from "../dns/name.ts";
import type { LocalAddress } from "../interfaces.ts";
import { ALL_SERVICES, SERVICE } from "../service_type.ts";

/** A service as it is told to one link. */
export interface Service {
  /** The instance's name: one label. */
  readonly name: string;
  /** The host's name: the label before `local`. */
  readonly host: string;
  readonly port: number;
  /** Of its TXT record. */
  readonly strings: readonly Uint8Array<ArrayBuffer>[];
  /** Where it can be reached over this link. */
  readonly addresses: readonly LocalAddress[];
}

/** The records of a service. */
export interface ServiceRecords {
  readonly instance: DnsName;
  readonly host: DnsName;
  /** The two pointers, which others of its type have too. */
  readonly pointers: readonly ResourceRecord[];
  /** SRV and TXT: nobody else has the instance's name. */
  readonly own: readonly ResourceRecord[];
  readonly addresses: readonly ResourceRecord[];
  /** That the instance has no records of other types. */
  readonly nothingElse: ResourceRecord;
}

/** Seconds that records hold (RFC 6762, 10): those with a host's name or address, and others. */
const HOST_TTL = 120;
const OTHER_TTL = 4500;

/**
 * The records of a service on one link.
 *
 * Those of addresses do not take the place of what is known (no cache-flush bit): the host's name
 * may be spoken for by a second daemon or another responder on the same machine (Avahi,
 * systemd-resolved), which listen on other addresses of it.
 */
export function serviceRecords(service: Service): ServiceRecords {
  const instance: DnsName = [labelOf(service.name), ...SERVICE];
  const host: DnsName = [labelOf(service.host), "local"];
  const pointer = (name: DnsName, target: DnsName): ResourceRecord => ({
    name,
    type: RecordType.PTR,
    flush: false,
    ttl: OTHER_TTL,
    data: { kind: "pointer", target },
  });
  const { port, strings } = service;
  const unique = { name: instance, flush: true };
  return {
    instance,
    host,
    pointers: [pointer(SERVICE, instance), pointer(ALL_SERVICES, SERVICE)],
    own: [
      {
        ...unique,
        type: RecordType.SRV,
        ttl: HOST_TTL,
        data: { kind: "service", priority: 0, weight: 0, port, target: host },
      },
      { ...unique, type: RecordType.TXT, ttl: OTHER_TTL, data: { kind: "text", strings } },
    ],
    addresses: service.addresses.map(({ family, address }) => ({
      name: host,
      type: family === "IPv4" ? RecordType.A : RecordType.AAAA,
      flush: false,
      ttl: HOST_TTL,
      data: { kind: "address", address },
    })),
    nothingElse: {
      ...unique,
      type: RecordType.NSEC,
      ttl: HOST_TTL,
      data: { kind: "types", next: instance, types: [RecordType.TXT, RecordType.SRV] },
    },
  };
}
