import type { Message, Question, RecordData, ResourceRecord } from "../dns/message.ts";
import { RecordType } from "../dns/message.ts";
import { type DnsName, hostText, labelText, nameKey } from "../dns/name.ts";
import type { FoundDaemon } from "../found.ts";
import type { Interface } from "../interfaces.ts";
import type { Packet } from "../link/link.ts";
import { formatAuthority } from "../../endpoint/host.ts";
import { SERVICE } from "../service_type.ts";
import { readTextStrings } from "../text_record.ts";
import { type HeardAddress, usableAddresses } from "./addresses.ts";

/** What is kept at most, whoever floods the link. */
const SPEAKERS = 1024;
const NAMES_PER_SPEAKER = 256;
const ADDRESSES_PER_HOST = 32;

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
}

/** Somebody who was heard, perhaps over several interfaces. */
export interface Sighting {
  /** Tells it from others, of the same name too. */
  readonly key: string;
  /** Nothing about it is missing. */
  readonly complete: boolean;
  readonly found: FoundDaemon;
}

/** What was heard, by who said it: two daemons of one name are two speakers. */
export class Sightings {
  readonly #speakers = new Map<string, Speaker>();

  /** Takes in a packet. */
  hear(message: Message, over: Interface, from: Packet): void {
    if (!message.response) return;
    const key = `${over.name}\0${from.address}`;
    const known = this.#speakers.get(key);
    if (known === undefined && this.#speakers.size >= SPEAKERS) return;
    const speaker = known ?? { over, instances: new Map(), hosts: new Map() };
    for (const record of [...message.answers, ...message.additionals]) note(record, speaker);
    if (speaker.instances.size + speaker.hosts.size > 0) this.#speakers.set(key, speaker);
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
        parts.heard.push(...this.#addressesOf(service.target, speaker));
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
        else if (this.#addressesOf(service.target, speaker).length === 0) {
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

  /** Of the same speaker, or else of any on its interface. */
  #addressesOf(host: DnsName, speaker: Speaker): HeardAddress[] {
    const key = nameKey(host);
    const { over } = speaker;
    const own = [...speaker.hosts.get(key) ?? []];
    const heard = own.length > 0
      ? own
      : this.#on(over).flatMap(({ hosts }) => [...hosts.get(key) ?? []]);
    return heard.map((address) => ({ address, over }));
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
  return [{ key, complete: strings !== undefined, found }];
}

/** Takes in a record, or what it takes back. */
function note({ name, type, ttl, data }: ResourceRecord, speaker: Speaker): void {
  if (data.kind === "pointer") {
    if (nameKey(name) === nameKey(SERVICE) && isInstance(data.target)) {
      if (ttl === 0) speaker.instances.delete(nameKey(data.target));
      else instanceOf(data.target, speaker);
    }
  } else if (data.kind === "address") {
    const key = nameKey(name);
    const known = speaker.hosts.get(key);
    if (ttl === 0) known?.delete(data.address);
    else if (known !== undefined && known.size < ADDRESSES_PER_HOST) known.add(data.address);
    else if (known === undefined && speaker.hosts.size < NAMES_PER_SPEAKER) {
      speaker.hosts.set(key, new Set([data.address]));
    }
  } else if (isInstance(name) && ttl > 0) {
    const instance = instanceOf(name, speaker);
    if (instance !== undefined && data.kind === "service") instance.service = data;
    if (instance !== undefined && type === RecordType.TXT && data.kind === "text") {
      instance.strings = data.strings;
    }
  }
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
