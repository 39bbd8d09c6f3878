import { isLinkLocal, isLoopbackAddress, samePrefix } from "./address.ts";

/** An address of this machine. */
export interface LocalAddress {
  readonly family: "IPv4" | "IPv6";
  /** Without its zone. */
  readonly address: string;
  /** Bits that all addresses of its network share. */
  readonly bits: number;
}

/** A network interface with its addresses. */
export interface Interface {
  readonly name: string;
  /** What a link-local address is followed by: the name, or on Windows the index. */
  readonly zone: string;
  readonly addresses: readonly LocalAddress[];
}

/** The interfaces that have an address now. */
export function listInterfaces(): Interface[] {
  const found = new Map<string, { zone: string; addresses: LocalAddress[] }>();
  for (const { name, family, address, cidr, scopeid } of Deno.networkInterfaces()) {
    const entry = found.get(name) ?? { zone: name, addresses: [] };
    found.set(name, entry);
    if (Deno.build.os === "windows" && scopeid) entry.zone = String(scopeid);
    const bits = Number(/\/(\d+)$/.exec(cidr)?.[1] ?? (family === "IPv4" ? 32 : 128));
    entry.addresses.push({ family, address: address.replace(/%.*$/s, ""), bits });
  }
  return [...found].map(([name, entry]) => ({ name, ...entry }));
}

/**
 * Whether a packet from this address may have come over this interface's link (RFC 6762, 11).
 * Where an address has no network (a tunnel, some clouds), its neighbours can have any.
 */
export function isOnLink({ addresses }: Interface, source: string): boolean {
  if (isLinkLocal(source)) return true;
  const isAlone = ({ family, bits }: LocalAddress): boolean =>
    bits === (family === "IPv4" ? 32 : 128) && source.includes(":") === (family === "IPv6");
  return addresses.some((one) =>
    samePrefix(one.address, source, one.bits) ||
    (isAlone(one) && !isLoopbackAddress(one.address) && !isLoopbackAddress(source))
  );
}

/** Addresses of all interfaces. */
export function ownAddresses(interfaces: readonly Interface[]): Set<string> {
  return new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address)));
}
