/** Real trees and the real rsync, for the properties of the filters. Paths are binary strings. */

/** A binary string (one char a byte) as bytes. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Bytes as a binary string. */
export function binary(data: Uint8Array): string {
  return Array.from(data, (byte) => String.fromCharCode(byte)).join("");
}

async function run(
  command: string,
  args: string[],
  cwd: string,
  stdin?: Uint8Array<ArrayBuffer>,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = new Deno.Command(command, {
    args,
    cwd,
    env: { LC_ALL: "C" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  if (stdin !== undefined) await writer.write(stdin);
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: binary(stdout), stderr: binary(stderr) };
}

/** Whether rsync 3 is here: openrsync, which macOS has, is another program. */
export async function hasRsync(): Promise<boolean> {
  try {
    const { stdout } = await run("rsync", ["--version"], ".");
    return /^rsync +version 3\./.test(stdout);
  } catch {
    return false;
  }
}

/** The tree of the given files: every path with whether it is a directory. */
export function treeOf(files: readonly string[]): Map<string, boolean> {
  const tree = new Map<string, boolean>();
  for (const file of files) {
    const parts = file.split("/");
    const parents = parts.slice(0, -1).map((_, depth) => parts.slice(0, depth + 1).join("/"));
    // A name that is already a file cannot be a directory, and the reverse: the first one stays.
    if (parents.some((parent) => tree.get(parent) === false) || tree.has(file)) continue;
    for (const parent of parents) tree.set(parent, true);
    tree.set(file, false);
  }
  return tree;
}

/** Makes a tree of empty files in `root`. Deno's API cannot: the names need not be UTF-8. */
export async function plant(tree: ReadonlyMap<string, boolean>, root: string): Promise<void> {
  for (const [command, wantsDirectory] of [["mkdir", true], ["touch", false]] as const) {
    const paths = [...tree].filter(([, isDirectory]) => isDirectory === wantsDirectory);
    const args = ["-0", "-r", command, ...(wantsDirectory ? ["-p"] : []), "--"];
    const list = bytes(paths.map(([path]) => `./${path}\0`).join(""));
    const { code, stderr } = await run("xargs", args, root, list);
    if (code !== 0) throw new Error(stderr);
  }
}

/**
 * What `rsync -a` would transfer from `source/` to an empty place, directories with a slash at
 * the end, sorted. `list` is the content of the option's file, NUL-terminated.
 */
export async function rsyncPaths(
  source: string,
  rules: readonly string[],
  list?: readonly string[],
): Promise<string[]> {
  const place = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${place}/empty`);
    await Deno.writeFile(`${place}/rules`, bytes(rules.map((rule) => rule + "\0").join("")));
    const args = ["-an8", "--from0", "--out-format=%n", `--exclude-from=${place}/rules`];
    if (list !== undefined) {
      await Deno.writeFile(`${place}/list`, bytes(list.map((path) => path + "\0").join("")));
      args.push(`--files-from=${place}/list`);
    }
    const { code, stdout, stderr } = await run(
      "rsync",
      [...args, `${source}/`, `${place}/empty/`],
      place,
    );
    // 23: some listed paths do not exist.
    if (code !== 0 && code !== 23) throw new Error(`rsync ended ${code}: ${stderr}`);
    return stdout.split("\n").filter((line) => line !== "" && line !== "./").map(unescape).sort();
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** rsync prints control characters as `\#ooo`, and a backslash that looks like one as well. */
function unescape(line: string): string {
  return line.replace(/\\#([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}
