import assert from "node:assert/strict";
import { command } from "./command.ts";
import { requires } from "./host.ts";
import { type ListedEntry, listTree } from "./listing.ts";

/** What two trees may differ in and still be taken for the same. */
export interface Tolerance {
  /** Extended attributes are compared; true unless told. */
  readonly xattrs?: boolean;
  /** ACLs are compared; true unless told. */
  readonly acls?: boolean;
  /** Owners are compared; true unless told. */
  readonly owners?: boolean;
  /** Times may differ by less than this; 1 unless told: not at all. */
  readonly timeStepNs?: number;
  /** The same for symbolic links. */
  readonly linkTimeStepNs?: number;
  /** The roots' own mode, owner and time are compared; true unless told. */
  readonly roots?: boolean;
  /**
   * Allocated blocks: `"same"` within 8 KiB and a sixteenth (metadata blocks of the file system
   * count into them), `"at-most"` for a destination on another kind of file system, `"any"`.
   */
  readonly blocks?: "same" | "at-most" | "any";
  /**
   * rsync(1) is asked too. False only for what rsync cannot read (paths past PATH_MAX), where
   * content is compared through tar(1).
   */
  readonly rsync?: boolean;
}

/**
 * Asserts that two trees are the same, by two programs that know nothing of blit: rsync must find
 * nothing to do, comparing content by checksum, and find(1) must list the same entries with the
 * same type, mode, owner, size, blocks, mtime to the nanosecond,
 * link target and hard-link groups.
 */
export async function compareTrees(
  source: string,
  destination: string,
  tolerance: Tolerance = {},
): Promise<void> {
  const differences = differencesOf(
    await listTree(source),
    await listTree(destination),
    tolerance,
  );
  assert.deepEqual(differences, [], `find sees differences between ${source} and ${destination}`);
  if (tolerance.rsync === false) {
    assert.equal(await archiveDigest(destination), await archiveDigest(source), "content differs");
  } else assert.equal(await rsyncDifferences(source, destination, tolerance), "");
}

/** What rsync would do to make the destination like the source. */
export async function rsyncDifferences(
  source: string,
  destination: string,
  tolerance: Tolerance = {},
): Promise<string> {
  requires("rsync");
  const { code, stdout, stderr } = await command("rsync", [
    "-aHnc",
    // -1: nanoseconds count too; 1: what is less than a millisecond apart may differ in its second.
    `--modify-window=${(tolerance.timeStepNs ?? 1) === 1 ? -1 : 1}`,
    ...(tolerance.xattrs === false ? [] : ["-X"]),
    ...(tolerance.acls === false ? [] : ["-A"]),
    ...(tolerance.owners === false ? ["--no-owner", "--no-group"] : []),
    ...(tolerance.linkTimeStepNs === undefined ? [] : ["--omit-link-times"]),
    "--delete",
    "--itemize-changes",
    `${source}/`,
    `${destination}/`,
  ]);
  assert.equal(code, 0, stderr);
  return stdout.split("\n")
    .filter((line) => tolerance.roots !== false || !/ \.\/$/.test(line))
    .join("\n");
}

/** Digest over everything tar(1) stores of a tree in a fixed order; no limit of path length. */
async function archiveDigest(root: string): Promise<string> {
  requires("tar");
  const { code, stdout, stderr } = await command("bash", [
    "-o",
    "pipefail",
    "-c",
    `tar --sort=name --format=posix --pax-option=delete=atime,delete=ctime -C "$1" -cf - . | sha256sum`,
    "bash",
    root,
  ]);
  assert.equal(code, 0, stderr);
  return stdout;
}

function differencesOf(
  source: readonly ListedEntry[],
  destination: readonly ListedEntry[],
  tolerance: Tolerance,
): string[] {
  const differences: string[] = [];
  const rest = new Map(destination.map((entry) => [entry.path, entry]));
  const sourceGroups = groups(source);
  const destinationGroups = groups(destination);
  for (const entry of source) {
    const other = rest.get(entry.path);
    rest.delete(entry.path);
    const name = JSON.stringify(entry.path || ".");
    if (other === undefined) {
      differences.push(`${name} is missing`);
      continue;
    }
    const differ = (what: string, a: unknown, b: unknown): void => {
      if (a !== b) differences.push(`${name}: ${what} is ${b}, should be ${a}`);
    };
    differ("type", entry.type, other.type);
    if (entry.path === "" && tolerance.roots === false) continue;
    if (entry.type !== "l") differ("mode", entry.mode, other.mode);
    if (tolerance.owners !== false) differ("owner", entry.owner, other.owner);
    const stepNs = (entry.type === "l" ? tolerance.linkTimeStepNs : undefined) ??
      tolerance.timeStepNs ?? 1;
    const apartNs = nanoseconds(entry.mtime) - nanoseconds(other.mtime);
    if (apartNs >= stepNs || -apartNs >= stepNs) differ("mtime", entry.mtime, other.mtime);
    if (entry.type === "d") continue;
    differ("size", entry.size, other.size);
    differ("target", entry.target, other.target);
    differ("links", entry.links, other.links);
    differ("first of its links", sourceGroups.get(entry.inode), destinationGroups.get(other.inode));
    if (entry.type === "f" && !blocksAgree(entry.blocks, other.blocks, tolerance.blocks)) {
      differ("allocated blocks", entry.blocks, other.blocks);
    }
  }
  for (const path of rest.keys()) differences.push(`${JSON.stringify(path)} is extra`);
  return differences;
}

function blocksAgree(source: number, destination: number, rule: Tolerance["blocks"]): boolean {
  const slack = 16 + source / 16;
  if (rule === "any") return true;
  if (destination > source + slack) return false;
  return rule === "at-most" || destination >= source - slack;
}

/** The first path of each inode, which names its group of hard links. */
function groups(entries: readonly ListedEntry[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type !== "d" && !first.has(entry.inode)) first.set(entry.inode, entry.path);
  }
  return first;
}

/**
 * find prints the seconds rounded down and the nanoseconds behind them, before 1970 too:
 * `-2.5000000000` is half a second before -1.
 */
function nanoseconds(time: string): bigint {
  const [seconds, fraction] = time.split(".");
  return BigInt(seconds ?? "0") * 1_000_000_000n + BigInt((fraction ?? "0").slice(0, 9));
}
