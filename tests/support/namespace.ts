import { command, type CommandOptions, type CommandOutput, run } from "./command.ts";
import { hasTool, unmet } from "./host.ts";
import { isThere } from "./is_there.ts";

/** A network namespace with one interface besides loopback. */
export interface NetworkNamespace {
  readonly name: string;
  /** Its IPv4 address, which the other namespace reaches. */
  readonly address: string;
  readonly device: string;
}

/** Two namespaces joined by one link; they go when disposed of. */
export interface JoinedNamespaces extends AsyncDisposable {
  readonly client: NetworkNamespace;
  readonly server: NetworkNamespace;
}

/** How long and wide the link is. */
export interface Link {
  /** There and back, so that ping(8) shows it. */
  readonly roundTripMs: number;
  readonly rateMbit: number;
}

/** Why {@linkcode joinNamespaces} cannot work here; undefined where it can. */
export function noNamespaces(link?: Link): string | undefined {
  if (Deno.build.os !== "linux" || unmet(["root"])) return "root";
  if (!hasTool("ip")) return "ip(8), from the package iproute2";
  const probe = new Deno.Command("unshare", { args: ["--net", "true"], stderr: "null" });
  if (!probe.outputSync().success) return "the right to make network namespaces";
  if (link === undefined) return undefined;
  return isThere("/dev/net/tun") ? undefined : "/dev/net/tun";
}

let made = 0;

/**
 * Makes two namespaces, joined by a veth pair or, with `link`, by a cable of that length and width
 * (cable.ts says why that is no netem). Loopback is up in both.
 */
export async function joinNamespaces(link?: Link): Promise<JoinedNamespaces> {
  const tag = `blit${Deno.pid}x${made++}`;
  const client = { name: `${tag}c`, address: "10.213.0.1", device: "cable-c" };
  const server = { name: `${tag}s`, address: "10.213.0.2", device: "cable-s" };
  const both = [client, server];
  let cable: Deno.ChildProcess | undefined;
  const dispose = async (): Promise<void> => {
    for (const { name } of both) await command("ip", ["netns", "del", name]);
    try {
      cable?.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await cable?.status;
  };
  try {
    for (const { name } of both) {
      await ip("netns", "add", name);
      await ip("-n", name, "link", "set", "lo", "up");
    }
    // Names of their own in the first namespace, where other tests may make devices too.
    const devices = [`${tag}c`.slice(-15), `${tag}s`.slice(-15)] as const;
    if (link === undefined) {
      await ip("link", "add", devices[0], "type", "veth", "peer", "name", devices[1]);
    } else cable = await layCable(devices, link);
    for (const [index, { name, address, device }] of both.entries()) {
      await ip("link", "set", devices[index] ?? "", "netns", name, "name", device);
      const peer = both[1 - index]?.address ?? "";
      await ip("-n", name, "addr", "add", address, "peer", peer, "dev", device);
      await ip("-n", name, "link", "set", device, "up");
      // Otherwise 4 MiB of send buffer, not the link, would be the limit: 620 Mbit/s at 40 ms.
      await runIn({ name }, "sh", [
        "-c",
        "echo 4096 16384 33554432 >/proc/sys/net/ipv4/tcp_wmem",
      ]);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { client, server, [Symbol.asyncDispose]: dispose };
}

/** The words that run a program inside a namespace. */
export function inNamespace(
  namespace: Pick<NetworkNamespace, "name"> | undefined,
  program: string,
  args: readonly string[],
): { program: string; args: string[] } {
  if (namespace === undefined) return { program, args: [...args] };
  return { program: "ip", args: ["netns", "exec", namespace.name, program, ...args] };
}

/** Runs a program inside a namespace to its end, whatever its exit code. */
export function runIn(
  namespace: Pick<NetworkNamespace, "name">,
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  const words = inNamespace(namespace, program, args);
  return command(words.program, words.args, options);
}

/** Why {@linkcode dropPort} cannot work here; undefined where it can. */
export function noPacketFilter(): string | undefined {
  return noNamespaces() ?? (hasTool("nft") ? undefined : "nft(8), from the package nftables");
}

/** Lets no packet to a TCP port into the namespace, and answers none: as a firewall does. */
export async function dropPort(namespace: NetworkNamespace, port: number): Promise<void> {
  const rules = `add table inet filter
    add chain inet filter input { type filter hook input priority 0; policy accept; }
    add rule inet filter input iifname "${namespace.device}" tcp dport ${port} drop`;
  const { code, stderr } = await runIn(namespace, "sh", ["-c", `echo '${rules}' | nft -f -`]);
  if (code !== 0) throw new Error(`nft ended with ${code}: ${stderr}`);
}

/** Takes the link down or up again: a cable pulled out, with no word to either side. */
export async function setLink(namespace: NetworkNamespace, state: "up" | "down"): Promise<void> {
  await ip("-n", namespace.name, "link", "set", namespace.device, state);
}

async function layCable(devices: readonly [string, string], link: Link) {
  const cable = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-config", "-A", new URL("cable.ts", import.meta.url).pathname],
      ...devices,
      String(link.roundTripMs / 2),
      String(link.rateMbit),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = cable.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  if (value === undefined) throw new Error(`The cable ended with ${(await cable.status).code}`);
  return cable;
}

function ip(...args: readonly string[]): Promise<string> {
  return run("ip", args);
}
