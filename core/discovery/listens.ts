import { addressBytes } from "./address.ts";
import type { Interface, LocalAddress } from "./interfaces.ts";

/**
 * Tells whether who listens on `addresses` (as `Deno.listen` takes them) can be reached by an
 * address of this machine: `0.0.0.0` is all of version 4, `::` all of both.
 */
export function listensOn(
  addresses: readonly string[],
): (address: LocalAddress, at: Interface) => boolean {
  const bound = addresses.map((text) => ({
    bytes: addressBytes(text)?.toHex(),
    zone: /%(.*)$/s.exec(text)?.[1],
  }));
  const isBound = (hex: string | undefined): boolean => bound.some(({ bytes }) => bytes === hex);
  const every6 = isBound("0".repeat(32));
  const every4 = every6 || isBound("0".repeat(8));
  return ({ address, family }, at) => {
    if (family === "IPv4" ? every4 : every6) return true;
    const hex = addressBytes(address)?.toHex();
    return bound.some(({ bytes, zone }) =>
      bytes === hex && (zone === undefined || zone === at.zone || zone === at.name)
    );
  };
}
