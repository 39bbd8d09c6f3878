import { localHint, refused, shown } from "./given.ts";
import { mayBeRemote, pathBytes, type PathLike } from "./local_path.ts";

/**
 * Refuses what reads as a place on a server where only a path of this machine will do; `verb` is
 * what takes it.
 *
 * @throws {TransferError} `usage` for such a place, and for what was to be one
 */
export async function refuseRemote(given: PathLike, verb: string): Promise<void> {
  if (!mayBeRemote(given) || await isLocal(given)) return;
  const text = shown(pathBytes(given));
  throw refused(
    "endpoint-remote",
    `"${text}" reads as a place on a server, and ${verb} takes paths of this machine alone. ` +
      localHint(text),
  );
}

/** Paths of drives and `file:` URLs have colons too. */
async function isLocal(given: PathLike): Promise<boolean> {
  const { parseEndpoint } = await import("./endpoint.ts");
  try {
    return parseEndpoint(given).kind === "local";
  } catch {
    return false; // why it is no such place either does not matter
  }
}
