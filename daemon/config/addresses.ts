/** An address that cannot be listened on as it is written; `undefined` where it can. */
export function addressProblem(address: string): string | undefined {
  if (isVersion4(address) || isVersion6(address) || address === "localhost") return undefined;
  return `takes addresses such as 127.0.0.1, 192.168.1.5, ::1 or 0.0.0.0, not ${
    JSON.stringify(address)
  }`;
}

/** What was written as addresses to listen on, each once. */
export function listenAddresses(written: readonly string[]): string[] {
  // Not ::1 besides: where version 6 is off, listening there fails.
  return [...new Set(written.map((text) => text === "localhost" ? "127.0.0.1" : bare(text)))];
}

/** Whether only this machine reaches the address (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || canonical6(address) === "[::1]" ||
    /^\[::ffff:7f[0-9a-f]{2}:/.test(canonical6(address));
}

/** The address in words, with what it stands for. */
export function addressWords(address: string): string {
  if (address === "0.0.0.0") return "0.0.0.0 (every IPv4 address of this machine)";
  if (canonical6(address) === "[::]") return ":: (every address of this machine)";
  return address;
}

/** Without the brackets that an address of version 6 has in a URL. */
function bare(text: string): string {
  return text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
}

function isVersion4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256);
}

function isVersion6(text: string): boolean {
  return canonical6(bare(text)) !== "";
}

/** As a URL writes it, without the zone; "" for what is no address of version 6. */
function canonical6(text: string): string {
  const address = text.replace(/%[\w.-]+$/, "");
  if (!/^[0-9a-f:.]+$/i.test(address) || !address.includes(":")) return "";
  return URL.parse(`http://[${address}]/`)?.hostname ?? "";
}
