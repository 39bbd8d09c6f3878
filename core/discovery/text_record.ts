/** What a daemon tells of itself beside its name and address. */
export interface DaemonFacts {
  /** The program's version. */
  readonly version: string;
  /** The protocol's version, `major.minor`. */
  readonly protocol: string;
  /** Names of its modules; the default export is none of them. */
  readonly modules: readonly string[];
  /** There is a default export, `server://`. */
  readonly defaultExport: boolean;
  /** What a client has to show to be let in. */
  readonly authentication: string;
  /** Chosen anew at each start: tells two daemons of one name apart. */
  readonly id: string;
}

/** What was read of that; a service that others announced may lack any of it. */
export interface ReadFacts {
  readonly version?: string;
  readonly protocol?: string;
  readonly moduleCount?: number;
  /** Names of modules, as many as the record holds. */
  readonly modules: readonly string[];
  readonly defaultExport?: boolean;
  readonly authentication?: string;
  readonly id?: string;
}

/** A string of a TXT record (RFC 1035, 3.3.14). */
const STRING_BYTES = 255;
/** Strings that hold names, so that the whole answer fits one packet (RFC 6763, 6.2). */
const NAME_STRINGS = 3;
/** What stands between names, and after the last one if there are more: no name holds it. */
const BETWEEN = "/";

/** The strings of the TXT record: docs/discovery.md lists them. */
export function textStrings(facts: DaemonFacts): Uint8Array<ArrayBuffer>[] {
  const encoder = new TextEncoder();
  const pairs = [
    `v=${facts.version}`,
    `proto=${facts.protocol}`,
    `auth=${facts.authentication}`,
    `modules=${facts.modules.length}`,
    `default=${facts.defaultExport ? "yes" : "no"}`,
    `id=${facts.id}`,
  ];
  return [...pairs, ...nameStrings(facts.modules)].map((pair) => encoder.encode(pair));
}

/** `m=one/two`, `m2=three/`: as many names as there is room for, in their order. */
function nameStrings(names: readonly string[]): string[] {
  const strings: string[] = [];
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  let current = "m=";
  let isEmpty = true;
  let left = false;
  for (const name of names) {
    const added = (isEmpty ? "" : BETWEEN) + name;
    // The slash that says that there are more needs its room.
    if (bytes(current + added) < STRING_BYTES) {
      current += added;
    } else if (!isEmpty && strings.length + 1 < NAME_STRINGS && bytes(name) < STRING_BYTES - 3) {
      strings.push(current);
      current = `m${strings.length + 1}=${name}`;
    } else {
      left = true;
      break;
    }
    isEmpty = false;
  }
  return isEmpty && !left ? [] : [...strings, left ? current + BETWEEN : current];
}

/** Reads the strings of a TXT record. What is not understood is passed over (RFC 6763, 6.4). */
export function readTextStrings(strings: readonly Uint8Array[]): ReadFacts {
  const pairs = new Map<string, string>();
  for (const string of strings) {
    const equals = string.indexOf(61);
    const key = text(equals < 0 ? string : string.subarray(0, equals)).toLowerCase();
    // The first of a key counts.
    if (key === "" || pairs.has(key)) continue;
    pairs.set(key, equals < 0 ? "" : text(string.subarray(equals + 1)));
  }
  const count = pairs.get("modules") ?? "";
  const isDefault = pairs.get("default");
  const optional = (name: string, key: string): Record<string, string> => {
    const value = pairs.get(key);
    return value === undefined || value === "" ? {} : { [name]: value };
  };
  return {
    ...optional("version", "v"),
    ...optional("protocol", "proto"),
    ...optional("authentication", "auth"),
    ...optional("id", "id"),
    ...(/^\d{1,9}$/.test(count) ? { moduleCount: Number(count) } : {}),
    ...(isDefault === "yes" || isDefault === "no" ? { defaultExport: isDefault === "yes" } : {}),
    modules: ["m", ...Array.from({ length: NAME_STRINGS - 1 }, (_, more) => `m${more + 2}`)]
      .flatMap((key) => pairs.get(key)?.split(BETWEEN) ?? [])
      .filter((name) => name !== ""),
  };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
