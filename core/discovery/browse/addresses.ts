import { isLinkLocal, isLoopbackAddress, samePrefix } from "../address.ts";
import type { Interface } from "../interfaces.ts";

/** An address that somebody told over a link. */
export interface HeardAddress {
  /** Without its zone. */
  readonly address: string;
  readonly over: Interface;
}

/**
 * Addresses as they can be used, the best first: those of the network that they were heard on,
 * version 4 before 6, before others; link-local ones, with their zone, and loopback last. What
 * cannot lead there, such as a group's address or loopback told by another machine, is left out.
 */
export function usableAddresses(heard: readonly HeardAddress[]): string[] {
  const ranked = heard.filter(isUsable).map((one) => ({
    rank: rank(one),
    text: isLinkLocal(one.address) ? `${one.address}%${one.over.zone}` : one.address,
  }));
  // Sorting keeps the order of equals.
  return [...new Set(ranked.sort((a, b) => a.rank - b.rank).map(({ text }) => text))];
}

function isUsable({ address, over }: HeardAddress): boolean {
  if (isLoopbackAddress(address)) {
    return over.addresses.some(({ address: its }) => isLoopbackAddress(its));
  }
  if (address.includes(":")) return address !== "::" && !/^ff/i.test(address);
  const first = Number(address.split(".")[0]);
  return first !== 0 && first < 224;
}

function rank({ address, over }: HeardAddress): number {
  if (isLoopbackAddress(address)) return 5;
  if (isLinkLocal(address)) return 4;
  const isNear = over.addresses.some((its) => samePrefix(its.address, address, its.bits));
  return (isNear ? 0 : 2) + (address.includes(":") ? 1 : 0);
}
