import { mayBeRemote, pathBytes } from "../../core/endpoint/local_path.ts";
import { typableText } from "../../core/entry/display.ts";
import { Console } from "../output/console.ts";

/** A daemon that takes longer to reach than this is away: somebody waits with a finger on TAB. */
const CONNECT_MS = 150;
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
  const known = new Set<string>();
  for (const { host, endpoint } of seenHosts()) {
    known.add(endpoint);
    // By its name too, at the same port.
    const [, port = ""] = /^(?:\[[^\]]*\]|[^:[\]]*)(:\d+)$/.exec(endpoint) ?? [];
    known.add(host + port);
  }
  // Capitals do not matter in a host's name, but the shell wants the word to go on as it begins.
  return [...known].filter((host) => host.toLowerCase().startsWith(word.toLowerCase()))
    .filter((host) => typableText(pathBytes(host)) !== undefined)
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
  const { complete } = await import("../../core/admin/mod.ts");
  const timeoutMs = patienceMs();
  const signal = AbortSignal.timeout(2 * timeoutMs);
  const { names } = await complete(pathBytes(word), { timeoutMs, signal });
  const head = word.slice(0, word.lastIndexOf("/") + 1);
  return names.map(typableText).filter((name) => name !== undefined).map((name) => head + name);
}

function patienceMs(): number {
  const { state } = Deno.permissions.querySync({ name: "env", variable: PATIENCE });
  const text = state === "granted" ? Deno.env.get(PATIENCE) ?? "" : "";
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : CONNECT_MS;
}
