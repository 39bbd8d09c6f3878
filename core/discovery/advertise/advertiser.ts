import { isLoopbackAddress } from "../address.ts";
import { type Interface, listInterfaces, type LocalAddress, ownAddresses } from "../interfaces.ts";
import { readMessage } from "../dns/read.ts";
import { Link } from "../link/link.ts";
import type { DaemonFacts } from "../text_record.ts";
import { textStrings } from "../text_record.ts";
import type { Contested } from "./conflict.ts";
import { type ServiceRecords, serviceRecords } from "./records.ts";
import { fitting, hostLabel, nextHost, nextInstance } from "./rename.ts";
import { Voice } from "./voice.ts";

/** What is advertised, and where. */
export interface AdvertiserOptions {
  /** The name to be found by; cut to 63 bytes. */
  readonly name: string;
  /** What this machine is called. */
  readonly hostname: string;
  /** The control port. */
  readonly port: number;
  readonly facts: DaemonFacts;
  /** Whether the daemon listens on an address of this machine. */
  readonly listens: (address: LocalAddress, at: Interface) => boolean;
  /** How people are told. */
  readonly log: AdvertiserLog;
}

/** Where an advertiser says what happens; a {@linkcode Log} of the daemon is one. */
export interface AdvertiserLog {
  info(message: string): void;
  warning(message: string): void;
}

/** How often interfaces are looked at: 0.06 ms each time, and nothing tells of a change. */
const LOOK_MS = 2000;

/**
 * Makes a daemon be found by multicast DNS (RFC 6762, 6763): on every interface that it listens
 * on, as they come and go. It throws nothing and stops nothing: where it cannot be heard, it says
 * so once.
 */
export class Advertiser {
  readonly #options: AdvertiserOptions;
  readonly #voices = new Map<string, Voice>();
  /** Links that could not be opened or used, whose reason was told. */
  readonly #told = new Set<string>();
  #name: string;
  #host: string;
  #facts: DaemonFacts;
  #own: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;
  /** What was last said of where it is advertised. */
  #said = "";

  constructor(options: AdvertiserOptions) {
    this.#options = options;
    this.#name = fitting(options.name);
    this.#host = hostLabel(options.hostname);
    this.#facts = options.facts;
  }

  /** The name that it is found by; another than was wanted where that is taken. */
  get name(): string {
    return this.#name;
  }

  /** Begins; resolves when the interfaces that are there now have been opened. */
  start(): Promise<void> {
    this.#looking = this.#look().catch((error) => {
      this.#options.log.warning(`Cannot advertise by mDNS: ${reasonOf(error)}`);
    });
    return this.#looking.then(() => {
      if (!this.#stopped) this.#timer = setTimeout(() => void this.start(), LOOK_MS);
    });
  }

  /** Tells what has changed of the daemon. */
  update(facts: DaemonFacts): void {
    this.#facts = facts;
    for (const voice of this.#voices.values()) voice.announce(this.#records(voice.link).own);
  }

  /** Says goodbye and ends. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
    clearTimeout(this.#timer);
    const voices = [...this.#voices.values()];
    this.#voices.clear();
    for (const voice of voices) voice.goodbye();
    await Promise.all(voices.map((voice) => voice.close()));
  }

  /** Opens links that came, closes those that went. */
  async #look(): Promise<void> {
    const interfaces = listInterfaces();
    this.#own = ownAddresses(interfaces);
    const wanted = new Map<string, [Interface, "IPv4" | "IPv6"]>();
    for (const at of interfaces) {
      if (this.#addresses(at).length === 0) continue;
      for (const family of Link.families(at)) wanted.set(Link.key(at, family), [at, family]);
    }
    for (const [key, voice] of this.#voices) {
      if (wanted.has(key)) continue;
      this.#voices.delete(key);
      await voice.close();
    }
    for (const key of this.#told) if (!wanted.has(key)) this.#told.delete(key);
    const failures: string[] = [];
    for (const [key, [at, family]] of wanted) {
      const voice = this.#voices.get(key);
      if (voice !== undefined) this.#refresh(voice, at);
      else {
        const reason = await this.#open(key, at, family);
        if (reason !== undefined) failures.push(`${at.name} (${family}: ${reason})`);
      }
    }
    if (failures.length > 0) {
      this.#options.log.warning(`Cannot advertise by mDNS on ${failures.join(", ")}.`);
    }
  }

  /** Its interface may have other addresses. */
  #refresh(voice: Voice, at: Interface): void {
    const before = this.#addresses(voice.link.at);
    voice.link.at = at;
    const isOld = ({ address }: LocalAddress): boolean =>
      before.some(({ address: old }) => old === address);
    if (!this.#addresses(at).every(isOld)) voice.announce(this.#records(voice.link).addresses);
  }

  /** Gives the reason where it cannot be opened and nobody was told so yet. */
  async #open(key: string, at: Interface, family: "IPv4" | "IPv6"): Promise<string | undefined> {
    const fail = (reason: string): string | undefined => {
      if (this.#told.has(key)) return undefined;
      this.#told.add(key);
      return reason;
    };
    try {
      const link = await Link.open(at, family, {
        onPacket: (_, packet) => {
          const message = readMessage(packet.bytes);
          if (message !== undefined) this.#voices.get(key)?.receive(message, packet);
        },
        onFailure: (_, reason) => this.#failed(key, at, family, reason),
      });
      const voice = new Voice(link, {
        records: (its) => this.#records(its),
        own: () => this.#own,
        onLost: (contested, its) => this.#rename(contested, its),
        onEstablished: () => this.#say(),
        onFailure: (_, reason) => this.#failed(key, at, family, reason),
      });
      this.#voices.set(key, voice);
      voice.establish();
      return undefined;
    } catch (error) {
      return fail(reasonOf(error));
    }
  }

  /** A link does not send or hear: it is left open, for the next attempt may do. */
  #failed(key: string, at: Interface, family: "IPv4" | "IPv6", reason: string): void {
    if (this.#told.has(key) || this.#stopped) return;
    this.#told.add(key);
    this.#options.log.warning(`Advertising by mDNS fails on ${at.name} (${family}: ${reason}).`);
  }

  /** Takes another name, and sees everywhere whether it is free. */
  #rename(contested: Contested, by: Voice): void {
    const { log } = this.#options;
    const where = `on ${by.link.at.name}`;
    // Elsewhere nobody else has the name, so that it can be taken back; here it is the other's.
    for (const voice of this.#voices.values()) {
      if (voice.link.at.name !== by.link.at.name) voice.goodbye();
    }
    if (contested === "instance") {
      const name = nextInstance(this.#name);
      log.warning(`The name "${this.#name}" is taken ${where}; trying "${name}".`);
      this.#name = name;
    } else {
      const host = nextHost(this.#host);
      log.warning(`Another host ${where} is called ${this.#host}.local; trying ${host}.local.`);
      this.#host = host;
    }
    for (const voice of this.#voices.values()) voice.establish();
  }

  /** Says where it is advertised, once that holds everywhere. */
  #say(): void {
    const voices = [...this.#voices.values()];
    if (!voices.every(({ established }) => established)) return;
    const names = [...new Set(voices.map(({ link }) => link.at.name))].join(", ");
    const here = voices.every(({ link }) => this.#addresses(link.at).every(isLoopback));
    const where = here ? `on this machine only (${names})` : `on ${names}`;
    const said = `Advertised by mDNS as "${this.#name}", ${this.#host}.local, ${where}.`;
    if (said !== this.#said) this.#options.log.info(said);
    this.#said = said;
  }

  #records(link: Link): ServiceRecords {
    return serviceRecords({
      name: this.#name,
      host: this.#host,
      port: this.#options.port,
      strings: textStrings(this.#facts),
      addresses: this.#addresses(link.at),
    });
  }

  #addresses(at: Interface): LocalAddress[] {
    return at.addresses.filter((address) => this.#options.listens(address, at));
  }
}

function isLoopback({ address }: LocalAddress): boolean {
  return isLoopbackAddress(address);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
