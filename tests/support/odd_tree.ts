import { join } from "node:path";
import { run } from "./command.ts";
import { requires } from "./host.ts";

/** Groups of oddities that not every backend, file system or user can hold; see `odd_tree.sh`. */
export type OddFeature =
  | "bytes"
  | "xattrs"
  | "acls"
  | "sparse"
  | "root"
  | "trusted"
  | "fifo"
  | "devices"
  | "deep"
  | "odd-links"
  | "early-links"
  | "socket";

/**
 * A tree with every oddity blit must keep: modes, sizes around limits, ns and negative times, odd
 * names and links of all kinds; more by `features`.
 */
export async function oddTree(root: string, features: readonly OddFeature[]): Promise<void> {
  if (features.includes("xattrs")) requires("setfattr");
  if (features.includes("acls")) requires("setfacl");
  const script = new URL("odd_tree.sh", import.meta.url).pathname;
  await run("bash", [script, root, ...features]);
  if (features.includes("socket")) makeSocket(join(root, "special/socket"));
}

/** Leaves a socket at `path`. Deno removes the one it made on closing, but not another name of it. */
export function makeSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.listen` });
  Deno.linkSync(`${path}.listen`, path);
  listener.close();
}
