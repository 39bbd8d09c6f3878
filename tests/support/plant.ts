import { dirname, join } from "node:path";

/**
 * A small tree as a literal: `{"a.txt": "content", "sub/": null, "link": symlinkTo("a.txt")}`.
 * A key that ends in a slash is a directory; parents are made as needed.
 */
export type Tree = Readonly<Record<string, string | null>>;

const LINK = "-> ";
let planted = 0;

/** Marks a symbolic link in a {@linkcode Tree}. */
export function symlinkTo(target: string): string {
  return LINK + target;
}

/** Makes the tree's entries in `root`, which may exist. */
export async function plant(root: string, tree: Tree): Promise<void> {
  await Deno.mkdir(root, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    const path = join(root, name);
    await Deno.mkdir(dirname(path), { recursive: true });
    if (content === null) await Deno.mkdir(path, { recursive: true });
    else if (content.startsWith(LINK)) await Deno.symlink(content.slice(LINK.length), path);
    else {
      await Deno.writeTextFile(path, content);
      // No two files have the same time by chance, not even in milliseconds.
      const mtime = new Date(Date.now() - 1000 * (planted++ % 600) - 1000);
      await Deno.utime(path, mtime, mtime);
    }
  }
}

/** Reads a small tree back in the form that {@linkcode plant} takes, every directory named. */
export async function readTree(root: string): Promise<Record<string, string | null>> {
  const tree: Record<string, string | null> = {};
  async function read(prefix: string): Promise<void> {
    for await (const entry of Deno.readDir(join(root, prefix))) {
      const name = prefix + entry.name;
      if (entry.isDirectory) {
        tree[`${name}/`] = null;
        await read(`${name}/`);
      } else if (entry.isSymlink) tree[name] = symlinkTo(await Deno.readLink(join(root, name)));
      else if (entry.isFile) tree[name] = await Deno.readTextFile(join(root, name));
      else tree[name] = "special";
    }
  }
  await read("");
  return Object.fromEntries(Object.entries(tree).sort(([a], [b]) => a < b ? -1 : 1));
}

/** Sets the mtime of paths to whole seconds since 1970. */
export async function setMtime(seconds: number, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) await Deno.utime(path, seconds, seconds);
}
