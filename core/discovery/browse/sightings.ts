import type { Message, Question, RecordData, ResourceRecord } from "../dns/message.ts";
import { RecordType } from "../dns/message.ts";
import { type DnsName, hostText, labelText, nameKey } from "../dns/name.ts";
import type { FoundDaemon } from "../found.ts";
import type { Interface } from "../interfaces.ts";
import type { Packet } from "../link/link.ts";
import { formatAuthority } from "../../endpoint/host.ts";
import { SERVICE } from "../service_type.ts";
import { readTextStrings } from "../text_record.ts";
import { isLinkLocal, isLoopbackAddress } from "../address.ts";
import { type HeardAddress, usableAddresses } from "./addresses.ts";

/** What is kept at most, whoever floods the link. */
const SPEAKERS = 1024;
const NAMES_PER_SPEAKER = 256;
const NAMES = 4096;
const ADDRESSES_PER_HOST = 32;
const STRINGS = 32;

type ServiceData = Extract<RecordData, { kind: "service" }>;

interface Instance {
  readonly name: DnsName;
  service?: ServiceData;
  strings?: readonly Uint8Array[];
}

/** One responder on one interface: its records go together. */
interface Speaker {
  readonly over: Interface;
  readonly instances: Map<string, Instance>;
  readonly hosts: Map<string, Set<string>>;
  /** Hosts of all speakers on the interface. */
  readonly allHosts: Map<string, Set<string>>;
}

/** Somebody who was heard, perhaps over several interfaces. */
export interface Sighting {
  /** Tells it from others, of the same name too. */
  readonly key: string;
  /** Nothing about it is missing. */
  readonly complete: boolean;
  /** Its best address is neither loopback nor link-local: no better one is to be waited for. */
  readonly settled: boolean;
  readonly found: FoundDaemon;
}

/** What was heard, by who said it: two daemons of one name are two speakers. */
export class Sightings {
  readonly #speakers = new Map<string, Speaker>();
  readonly #hosts = new Map<string, Map<string, Set<string>>>();
  #names = 0;

  /** Takes in a packet. */
  hear(message: Message, over: Interface, from: Packet): void {
    if (!message.response) return;
    const key = `${over.name}\0${from.address}`;
    const known = this.#speakers.get(key);
    if (this.#names >= NAMES || (known === undefined && this.#speakers.size >= SPEAKERS)) return;
    const allHosts = this.#hosts.get(over.name) ?? new Map<string, Set<string>>();
    this.#hosts.set(over.name, allHosts);
    const speaker = known ?? { over, instances: new Map(), hosts: new Map(), allHosts };
    const before = speaker.instances.size + speaker.hosts.size;
    for (const record of [...message.answers, ...message.additionals]) note(record, speaker);
    const after = speaker.instances.size + speaker.hosts.size;
    this.#names += Math.max(0, after - before);
    if (after > 0) this.#speakers.set(key, speaker);
  }

  /** Everybody of whom at least service and address are known. */
  all(): Sighting[] {
    const merged = new Map<string, Parts>();
    for (const speaker of this.#speakers.values()) {
      for (const { name, service, strings } of speaker.instances.values()) {
        if (service === undefined || service.port === 0) continue;
        const id = strings === undefined ? "" : readTextStrings(strings).id ?? "";
        const key = [nameKey(name), nameKey(service.target), service.port, id].join("\0");
        const parts = merged.get(key) ?? { name, service, strings, heard: [], over: new Set() };
        merged.set(key, parts);
        parts.over.add(speaker.over.name);
        parts.heard.push(...addressesOf(service.target, speaker));
      }
    }
    return [...merged].flatMap(([key, parts]) => sighting(key, parts) ?? []);
  }

  /** What to ask next on an interface, to know of everybody what there is to know. */
  missing(over: Interface): Question[] {
    const questions: Question[] = [];
    const ask = (name: DnsName, type: number): void => {
      questions.push({ name, type, unicast: false });
    };
    for (const speaker of this.#on(over)) {
      for (const { name, service, strings } of speaker.instances.values()) {
        if (service === undefined) ask(name, RecordType.SRV);
        else if (addressesOf(service.target, speaker).length === 0) {
          ask(service.target, RecordType.A);
          ask(service.target, RecordType.AAAA);
        }
        if (strings === undefined) ask(name, RecordType.TXT);
      }
    }
    return questions;
  }

  /** Names of those on an interface who need not answer again. */
  known(over: Interface): DnsName[] {
    return this.#on(over).flatMap(({ instances }) =>
      [...instances.values()].filter(({ service, strings }) => service && strings)
        .map(({ name }) => name)
    );
  }

  #on(over: Interface): Speaker[] {
    return [...this.#speakers.values()].filter((speaker) => speaker.over.name === over.name);
  }
}

interface Parts {
  readonly name: DnsName;
  readonly service: ServiceData;
  readonly strings: readonly Uint8Array[] | undefined;
  readonly heard: HeardAddress[];
  readonly over: Set<string>;
}

function sighting(key: string, { name, service, strings, heard, over }: Parts): Sighting[] {
  const addresses = usableAddresses(heard);
  const [best] = addresses;
  if (best === undefined) return [];
  const { id: _, moduleCount, modules, ...facts } = readTextStrings(strings ?? []);
  const found: FoundDaemon = {
    name: labelText(name[0] ?? ""),
    host: hostText(service.target),
    addresses,
    port: service.port,
    endpoint: formatAuthority(best, service.port),
    ...facts,
    modules,
    moduleCount: Math.max(moduleCount ?? 0, modules.length),
    interfaces: [...over],
  };
  const settled = !isLoopbackAddress(best) && !isLinkLocal(best);
  return [{ key, complete: strings !== undefined, settled, found }];
}

/** Of the same speaker, or else of any on its interface. */
function addressesOf(host: DnsName, { over, hosts, allHosts }: Speaker): HeardAddress[] {
  const key = nameKey(host);
  const own = hosts.get(key) ?? new Set();
  const heard = own.size > 0 ? own : allHosts.get(key) ?? own;
  return [...heard].map((address) => ({ address, over }));
}

/** Takes in a record, or what it takes back. */
function note({ name, type, ttl, data }: ResourceRecord, speaker: Speaker): void {
  if (data.kind === "pointer") {
    if (nameKey(name) === nameKey(SERVICE) && isInstance(data.target)) {
      if (ttl === 0) speaker.instances.delete(nameKey(data.target));
      else instanceOf(data.target, speaker);
    }
  } else if (data.kind === "address") {
    for (const hosts of [speaker.hosts, speaker.allHosts]) {
      const most = hosts === speaker.hosts ? NAMES_PER_SPEAKER : NAMES;
      noteAddress(hosts, nameKey(name), data.address, ttl > 0, most);
    }
  } else if (isInstance(name) && ttl > 0) {
    const instance = instanceOf(name, speaker);
    if (instance !== undefined && data.kind === "service") instance.service = data;
    if (instance !== undefined && type === RecordType.TXT && data.kind === "text") {
      // Empty ones say nothing (RFC 6763, 6.4), and a packet may hold thousands.
      instance.strings = data.strings.filter(({ length }) => length > 0).slice(0, STRINGS);
    }
  }
}

function noteAddress(
  hosts: Map<string, Set<string>>,
  key: string,
  address: string,
  holds: boolean,
  most: number,
): void {
  const known = hosts.get(key);
  if (!holds) known?.delete(address);
  else if (known !== undefined && known.size < ADDRESSES_PER_HOST) known.add(address);
  else if (known === undefined && hosts.size < most) hosts.set(key, new Set([address]));
}

function instanceOf(name: DnsName, { instances }: Speaker): Instance | undefined {
  const key = nameKey(name);
  const known = instances.get(key);
  if (known !== undefined || instances.size >= NAMES_PER_SPEAKER) return known;
  const instance: Instance = { name };
  instances.set(key, instance);
  return instance;
}

function isInstance(name: DnsName): boolean {
  return name.length === SERVICE.length + 1 && nameKey(name.slice(1)) === nameKey(SERVICE);
}
