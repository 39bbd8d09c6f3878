const AF_INET = 2;
const AF_INET6 = 10;

/**
 * An address in text as the 16 bytes of IPv6, an IPv4 one mapped (RFC 4291, 2.5.5.2): a socket
 * that listens on both tells IPv4 peers so. Undefined for what is no numeric address. A zone
 * (`%eth0`) is left out: the ports tell two such sockets apart.
 */
export function addressBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(16);
  const bare = text.split("%")[0] ?? "";
  if (!bare.includes(":")) {
    bytes[10] = 0xff;
    bytes[11] = 0xff;
    return putV4(bare, bytes, 12) ? bytes : undefined;
  }
  const halves = bare.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? "");
  const tail = groupsOf(halves[1] ?? "");
  if (head === undefined || tail === undefined) return undefined;
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 16 : given > 14) return undefined;
  bytes.set(head, 0);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** A `struct sockaddr` of an address in text, and its family; undefined for what is no numeric address. */
export function socketAddress(
  text: string,
  port: number,
): { readonly family: number; readonly bytes: Uint8Array<ArrayBuffer> } | undefined {
  const address = addressBytes(text);
  // A zone is an interface's name, for which sockaddr_in6 has a number.
  if (address === undefined || text.includes("%")) return undefined;
  const family = text.includes(":") ? AF_INET6 : AF_INET;
  const bytes = new Uint8Array(family === AF_INET6 ? 28 : 16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port);
  if (family === AF_INET6) bytes.set(address, 8);
  else bytes.set(address.subarray(12), 4);
  return { family, bytes };
}

/** Whether a `struct sockaddr` holds this address and port. */
export function hasAddress(name: Uint8Array, address: Uint8Array, port: number): boolean {
  const view = new DataView(name.buffer, name.byteOffset);
  if (view.getUint16(2) !== port) return false;
  const family = view.getUint16(0, true);
  if (family === AF_INET6) return equal(name, 8, address, 0, 16);
  if (family !== AF_INET || address[10] !== 0xff || address[11] !== 0xff) return false;
  for (let index = 0; index < 10; index++) if (address[index] !== 0) return false;
  return equal(name, 4, address, 12, 4);
}

function equal(a: Uint8Array, from: number, b: Uint8Array, at: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (a[from + index] !== b[at + index]) return false;
  return true;
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [index, group] of groups.entries()) {
    if (group.includes(".") && index === groups.length - 1) {
      const v4 = new Uint8Array(4);
      if (!putV4(group, v4, 0)) return undefined;
      bytes.push(...v4);
    } else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

function putV4(text: string, into: Uint8Array, at: number): boolean {
  const parts = text.split(".");
  if (parts.length !== 4) return false;
  return parts.every((part, index) => {
    const value = /^\d{1,3}$/.test(part) ? Number(part) : 256;
    into[at + index] = value;
    return value < 256;
  });
}
