import type { HostEndpoint } from "../../core/endpoint/host.ts";
import { mayBeRemote, pathBytes } from "../../core/endpoint/local_path.ts";
import { typableText } from "../../core/entry/display.ts";
import { Console } from "../output/console.ts";

/** A daemon that takes longer to reach than this is away: somebody waits with a finger on TAB. */
const CONNECT_MS = 125;
/** Where links are slow, another number of milliseconds. */
const PATIENCE = "BLIT_COMPLETE_MS";

/**
 * `blit __complete host WORD` and `blit __complete endpoint WORD`, for the scripts: prints the words
 * that begin with WORD, one a line. Local paths are the shell's. Whatever goes wrong gives no
 * words, no sentence and exit code 0: the user is in the middle of a line.
 */
export async function answer([kind, word = ""]: readonly string[]): Promise<number> {
  const console = new Console();
  try {
    const words = kind === "host" ? await hosts(word) : await endpoints(word);
    for (const found of words) console.print(found);
  } catch {
    // No words.
  }
  console.flush();
  return 0;
}

async function hosts(word: string): Promise<string[]> {
  const { seenHosts } = await import("../../core/discovery/seen.ts");
  const { parseHost } = await import("../../core/endpoint/host.ts");
  // Anybody on a network can call himself anything: an option, or a place on another server.
  const isHost = (host: string): boolean => {
    try {
      return parseHost(host).text === host;
    } catch {
      return false;
    }
  };
  const known = new Set<string>();
  for (const { host, endpoint } of seenHosts()) {
    known.add(endpoint);
    // By its name too, at the same port.
    const [, port = ""] = /^(?:\[[^\]]*\]|[^:[\]]*)(:\d+)$/.exec(endpoint) ?? [];
    known.add(host + port);
  }
  // Capitals do not matter in a host's name, but the shell wants the word to go on as it begins.
  return [...known].filter((host) => host.toLowerCase().startsWith(word.toLowerCase()))
    .filter((host) => typableText(pathBytes(host)) !== undefined && isHost(host))
    .map((host) => word + host.slice(word.length));
}

async function endpoints(word: string): Promise<string[]> {
  if (word.includes("/")) return mayBeRemote(word) ? await places(word) : [];
  const known = await hosts(word.replace(/:$/, ""));
  const roots = known.map((host) => host.includes(":", host.indexOf("]") + 1) ? host : `${host}:`)
    .filter((root) => root.startsWith(word)).map((root) => `${root}/`);
  return roots.length === 0 && word.includes(":") ? await places(`${word}/`) : roots;
}

/** Modules of a server, or what is in one, behind the last slash. */
async function places(word: string): Promise<string[]> {
  const { parseHost } = await import("../../core/endpoint/host.ts");
  const host = parseHost(word.slice(0, word.indexOf("/")).replace(/:$/, ""));
  const patience = patienceMs();
  const away = isAway(host, patience);
  // One that has taken the connection gets longer to say something, but not for ever.
  const timeoutMs = 2 * patience;
  const signal = AbortSignal.timeout(4 * patience);
  const { complete } = await import("../../core/admin/complete.ts");
  const found = complete(pathBytes(word), { timeoutMs, signal });
  const completions = await Promise.race([found, away.then((away) => away ? undefined : found)]);
  const head = word.slice(0, word.lastIndexOf("/") + 1);
  return (completions?.names ?? []).map(typableText).filter((name) => name !== undefined)
    .map((name) => head + name);
}

/**
 * Whether nothing answers there for so long. It is found out while what a connection takes is being
 * loaded, which lasts half as long again: so even for one that is away nobody waits for 200 ms.
 */
async function isAway({ host, port }: HostEndpoint, timeoutMs: number): Promise<boolean> {
  // Names of multicast DNS are not for the system's resolver.
  if (host.endsWith(".local")) return false;
  const connecting = Deno.connect({ hostname: host, port }).then(
    (connection) => (connection.close(), false),
    // Why not, the real attempt finds out.
    () => false,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), timeoutMs));
  return await Promise.race([connecting, late]);
}

function patienceMs(): number {
  const { state } = Deno.permissions.querySync({ name: "env", variable: PATIENCE });
  const text = state === "granted" ? Deno.env.get(PATIENCE) ?? "" : "";
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : CONNECT_MS;
}
