/** Names of users and groups, of this machine; numbers where there is none. */
export class Owners {
  readonly #users: ReadonlyMap<number, string>;
  readonly #groups: ReadonlyMap<number, string>;

  /** Where the tree is elsewhere its numbers mean nobody here, and stay numbers. */
  constructor(isLocal: boolean) {
    this.#users = isLocal ? namesIn("/etc/passwd") : new Map();
    this.#groups = isLocal ? namesIn("/etc/group") : new Map();
  }

  user(id: number): string {
    return this.#users.get(id) ?? String(id);
  }

  group(id: number): string {
    return this.#groups.get(id) ?? String(id);
  }
}

/** Names by number of passwd(5) or group(5); empty where it cannot be read. */
function namesIn(path: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  let text = "";
  try {
    text = Deno.readTextFileSync(path);
  } catch {
    return names;
  }
  for (const line of text.split("\n")) {
    const [name = "", , id = ""] = line.split(":");
    // The first counts, as with getpwuid(3).
    if (/^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
