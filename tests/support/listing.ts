import assert from "node:assert/strict";
import { requires } from "./host.ts";

/** One entry as find(1) sees it. */
export interface ListedEntry {
  /** Relative to the root, `""` for the root; one character a byte. */
  readonly path: string;
  /** find's letter: f, d, l, p, s, c, b. */
  readonly type: string;
  /** Permissions in octal. */
  readonly mode: string;
  readonly owner: string;
  readonly size: number;
  /** Allocated 512-byte blocks. */
  readonly blocks: number;
  /** Seconds since 1970, as find prints them: `1700000000.0000000010`. */
  readonly mtime: string;
  readonly ctime: string;
  readonly target: string;
  readonly links: number;
  readonly inode: string;
}

const FIELDS = "%P\\0%y\\0%m\\0%U:%G\\0%s\\0%b\\0%T@\\0%C@\\0%l\\0%n\\0%D:%i\\0";
const FIELD_COUNT = FIELDS.split("\\0").length - 1;

/** What find(1) prints of a tree. */
async function find(root: string, ...args: readonly string[]): Promise<Uint8Array> {
  requires("find");
  const { code, stdout, stderr } = await new Deno.Command("find", {
    args: [root, ...args],
    env: { LC_ALL: "C" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`find ${root} failed: ${new TextDecoder().decode(stderr)}`);
  return stdout;
}

/** Lists a tree with find(1), which knows nothing of blit's code and no limit of path length. */
export async function listTree(root: string): Promise<ListedEntry[]> {
  const stdout = await find(root, "-printf", FIELDS);
  // Latin-1 keeps every byte as one character.
  const fields = latin1(stdout).split("\0");
  const entries: ListedEntry[] = [];
  for (let at = 0; at + FIELD_COUNT < fields.length; at += FIELD_COUNT) {
    const [path, type, mode, owner, size, blocks, mtime, ctime, target, links, inode] = fields
      .slice(at, at + FIELD_COUNT) as [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
      ];
    entries.push({
      path,
      type,
      mode,
      owner,
      size: Number(size),
      blocks: Number(blocks),
      mtime,
      ctime,
      target,
      links: Number(links),
      inode,
    });
  }
  return entries.sort((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return text;
}

/**
 * Everything that a change to the tree would change, ctimes and inode numbers included: two equal
 * fingerprints mean that nobody touched anything but atimes in between.
 */
export async function fingerprint(root: string): Promise<string> {
  const entries = await listTree(root);
  return entries.map((entry) => Object.values(entry).join(" | ")).join("\n");
}

/** Asserts that nobody touched the tree since its fingerprint was taken. */
export async function assertUntouched(root: string, before: string): Promise<void> {
  const after = await fingerprint(root);
  if (after === before) return;
  const [was, is] = [before.split("\n"), after.split("\n")];
  const changes = [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ].slice(0, 40).map((line) => line.slice(0, 400));
  assert.fail(`${root} was touched:\n${changes.join("\n")}`);
}

/** Paths of blit's temporaries that still lie in the tree, which somebody may be tidying up. */
export async function temporariesIn(root: string): Promise<string[]> {
  const args = ["-ignore_readdir_race", "-name", ".blit-tmp-*", "-printf", "%P\\0"];
  return latin1(await find(root, ...args)).split("\0").filter((path) => path !== "");
}
