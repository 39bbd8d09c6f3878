import { isLinkLocal } from "../address.ts";
import { type Interface, isOnLink } from "../interfaces.ts";
import { MDNS_PORT, open, type Socket } from "./socket.ts";

/** A packet that came over a link. */
export interface Packet {
  readonly bytes: Uint8Array;
  /** Whose it is; a link-local address has its zone. */
  readonly address: string;
  readonly port: number;
}

/** The groups of multicast DNS (RFC 6762, 3). */
const GROUPS = { IPv4: "224.0.0.251", IPv6: "ff02::fb" } as const;

/** How a link is opened. */
export interface LinkOptions {
  readonly onPacket: (link: Link, packet: Packet) => void;
  /** It can no longer send or receive. */
  readonly onFailure: (link: Link, reason: string) => void;
  /** Where its port is taken, take another: answers then come to this link alone. */
  readonly anyPort?: boolean;
}

/** Multicast DNS over one interface by one version of IP. */
export class Link {
  readonly #socket: Socket;

  private constructor(
    /** Its interface; set anew when the interface's addresses change. */
    public at: Interface,
    readonly family: "IPv4" | "IPv6",
    socket: Socket,
  ) {
    this.#socket = socket;
  }

  /** What tells the link from others and from what it was before its interface changed. */
  static key(at: Interface, family: "IPv4" | "IPv6"): string {
    const address = family === "IPv6" ? "" : Link.#address(at);
    return `${at.name}\0${at.zone}\0${family}\0${address}`;
  }

  /** The families by which an interface can be spoken on. */
  static families(at: Interface): ("IPv4" | "IPv6")[] {
    const has = (family: string): boolean =>
      at.addresses.some(({ address, family: its }) => its === family && address !== "::1");
    // Linux has no way to a group of version 6 by its loopback interface.
    return (["IPv4", "IPv6"] as const).filter(has);
  }

  /** Joins the group. Throws an Error where that cannot be done. */
  static async open(
    at: Interface,
    family: "IPv4" | "IPv6",
    options: LinkOptions,
  ): Promise<Link> {
    const is6 = family === "IPv6";
    const socket = await open({
      family,
      group: GROUPS[family],
      through: is6 ? `::%${at.zone}` : Link.#address(at),
      zone: is6 ? at.zone : undefined,
      anyPort: options.anyPort === true,
    });
    const link = new Link(at, family, socket);
    socket.listen(
      (bytes, source, port) => {
        // Linux gives a socket the group's packets of every interface, in version 4.
        if (!isOnLink(link.at, source)) return;
        const address = isLinkLocal(source) ? `${source}%${at.zone}` : source;
        options.onPacket(link, { bytes, address, port });
      },
      (reason) => options.onFailure(link, reason),
    );
    return link;
  }

  /** Whether it hears what is said to all. */
  get hearsGroup(): boolean {
    return this.#socket.port === MDNS_PORT;
  }

  /** Sends to all on the link, or to one. Resolves with the reason where that fails. */
  send(bytes: Uint8Array, to?: Pick<Packet, "address" | "port">): Promise<string | undefined> {
    const group = GROUPS[this.family] + (this.family === "IPv6" ? `%${this.at.zone}` : "");
    return this.#socket.send(bytes, to?.port ?? MDNS_PORT, to?.address ?? group);
  }

  /** Leaves the group. */
  close(): Promise<void> {
    return this.#socket.close();
  }

  static #address(at: Interface): string {
    return at.addresses.find(({ family }) => family === "IPv4")?.address ?? "";
  }
}
