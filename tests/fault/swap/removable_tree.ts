/**
 * The tree of the swap test of removal: some directories, one of many files, and a chain that is
 * deeper than directories are held open.
 *
 * @module
 */

/** How deep the chain is; of a way down 64 directories are held open. */
export const CHAIN = 100;

/** Makes the tree at `root`, which must not exist; its files say `word`. */
export function plantRemovable(root: string, word: string): void {
  Deno.mkdirSync(`${root}/a/b/c`, { recursive: true });
  Deno.mkdirSync(`${root}/a/b/empty`);
  const files = ["top", "a/file", "a/b/file", "a/b/other"];
  for (const name of files) Deno.writeTextFileSync(`${root}/${name}`, word);
  for (let n = 0; n < 100; n++) Deno.writeTextFileSync(`${root}/a/b/c/many-${n}`, word);
  let below = `${root}/a/b`;
  for (let level = 0; level < CHAIN; level++) {
    below += "/d";
    Deno.mkdirSync(below);
    Deno.writeTextFileSync(`${below}/file`, word);
  }
}
