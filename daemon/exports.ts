import { displayPath } from "../core/entry/display.ts";
import type { DaemonSettings, Module } from "../core/remote/server.ts";
import { addressWords, isLoopback } from "./config/addresses.ts";
import { escapeControls } from "./log/mod.ts";
import type { Plan } from "./settings.ts";

/** A sentence for each thing that is exported: what, from where, and what peers may do. */
export function exportLines(modules: readonly Module[]): string[] {
  return modules.map((module) => {
    const place = module.name === "" ? "server://" : `server:/${escapeControls(module.name)}/`;
    const rights = module.readOnly ? "read-only" : "read and write";
    const chroot = module.useChroot ? ", in a changed root" : "";
    return `Exports "${displayPath(module.path)}" as ${place} (${rights}${chroot}).`;
  });
}

/** Where it listens, or would listen, and from where that can be reached. */
export function reachLine(
  verb: "Listening" | "Would listen",
  addresses: readonly string[],
  ports: string,
): string {
  const reach = addresses.every(isLoopback)
    ? "reachable from this machine only"
    : "reachable from the network";
  return `${verb} on ${addresses.map(addressWords).join(", ")} ${ports}: ${reach}.`;
}

/** By what name it would be found, and from where. */
export function advertiseLine({ mdnsName, settings }: Plan): string {
  if (mdnsName === undefined) return "Would not advertise.";
  const where = settings.addresses.every(isLoopback) ? ", on this machine only" : "";
  return `Would advertise by mDNS as ${JSON.stringify(mdnsName)}${where}.`;
}

/** What an operator should know who opens a daemon to others; undefined for loopback. */
export function exposureWarning({ addresses, modules }: DaemonSettings): string | undefined {
  if (addresses.every(isLoopback)) return undefined;
  const change = modules.some(({ readOnly }) => !readOnly)
    ? "read everything that is exported, and change what is not read-only"
    : "read everything that is exported";
  return `Peers are not authenticated and nothing is encrypted: whoever reaches these addresses can ${change}.`;
}
