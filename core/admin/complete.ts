import { mayBeRemote, parseLocalPath } from "../endpoint/mod.ts";
import { openSys } from "../sys/mod.ts";
import type { CompleteOptions, Completions } from "./types.ts";

const SLASH = 47;
const NONE: Completions = { names: [], more: false };

/**
 * How the last component of an endpoint may go on, for shells: names in a local directory,
 * `server:/NAME` modules, `server:/module/NAME` and `server://NAME` what they hold. What cannot be
 * looked at has no completions; hosts are not completed here.
 *
 * @throws {TransferError} for a host that is none, and for a daemon that cannot be reached
 *
 * @example
 * ```ts
 * import { complete } from "./complete.ts";
 *
 * const directory = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${directory}/note.txt`, "hello");
 * const { names } = await complete(`${directory}/no`);
 * console.log(names.map((name) => new TextDecoder().decode(name))); // [ "note.txt" ]
 * ```
 */
export async function complete(
  text: string | Uint8Array,
  options: CompleteOptions = {},
): Promise<Completions> {
  options.signal?.throwIfAborted();
  const typed = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return mayBeRemote(typed)
    ? await completeRemote(typed, options)
    : await completeLocal(typed, options.limit);
}

async function completeLocal(typed: Uint8Array, limit?: number): Promise<Completions> {
  const { completeBeneath } = await import("../listing/complete.ts");
  const { sys } = await openSys();
  try {
    const cut = typed.lastIndexOf(SLASH) + 1;
    const { path } = parseLocalPath(cut === 0 ? "." : typed.slice(0, cut));
    const root = sys.openRoot(path);
    if (root < 0) return NONE;
    const found = completeBeneath(sys, root, typed.subarray(cut), limit);
    sys.close(root);
    return typeof found === "number" ? NONE : found;
  } finally {
    sys.end();
  }
}

/** `server:/mod`, `server:/module/path` or `server://path`, as far as it has been typed. */
async function completeRemote(
  typed: Uint8Array,
  options: CompleteOptions,
): Promise<Completions> {
  const slash = typed.indexOf(SLASH);
  // A server alone: what may follow its colon is a slash.
  if (slash < 0) return NONE;
  const { parseHost } = await import("../endpoint/host.ts");
  const host = parseHost(withoutColon(typed.slice(0, slash)));
  const rest = typed.subarray(slash + 1);
  const end = rest.indexOf(SLASH);
  const { completeModules, completePath } = await import("../remote/admin/mod.ts");
  if (end < 0) return await completeModules(host, rest, options);
  const module = new TextDecoder().decode(rest.subarray(0, end));
  return await completePath(host, module, rest.slice(end + 1), options);
}

/** `server:` and `server:9032:` are `server` and `server:9032`. */
function withoutColon(authority: Uint8Array): Uint8Array {
  return authority.at(-1) === 58 ? authority.subarray(0, -1) : authority;
}
