/**
 * Puts a symbolic link that leads outside in the place of a file or directory, for a moment, and
 * back again; until it is killed.
 *
 *     deno run -A swapper.ts SPARE INSIDE=OUTSIDE...
 *
 * SPARE is a directory of its own on the same file system, where what is swapped out waits.
 *
 * @module
 */
const [spare = "", ...pairs] = Deno.args;
const RENAME_EXCHANGE = 2;
const AT_FDCWD = -100;

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
});
const encoder = new TextEncoder();
const targets = pairs.map((pair, number) => {
  const [inside = "", outside = ""] = pair.split("=");
  return { inside, outside, parent: inside.slice(0, inside.lastIndexOf("/")), number };
});

function exchange(a: string, b: string): boolean {
  const bytes = (path: string) => encoder.encode(`${path}\0`);
  return libc.renameat2(AT_FDCWD, bytes(a), AT_FDCWD, bytes(b), RENAME_EXCHANGE) === 0;
}

function isLink(path: string): boolean | undefined {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return undefined;
  }
}

/** Waits without sleeping, since a sleep is longer than what is raced. */
function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

let swaps = 0;
for (let round = 0;; round++) {
  const target = targets[Math.floor(Math.random() * targets.length)];
  if (target === undefined) throw new Error("nothing to swap");
  const { inside, outside, parent, number } = target;
  const waiting = `${spare}/${number}`;
  try {
    // Never through a link of our own: what is outside must not be touched by this program.
    if (Deno.realPathSync(parent) !== parent) continue;
    if (isLink(waiting) === false) Deno.removeSync(waiting, { recursive: true });
    if (isLink(inside) === true) Deno.removeSync(inside);
    if (isLink(waiting) === undefined) Deno.symlinkSync(outside, waiting);
    // Where nothing stands yet, the link waits for what is to be made there.
    if (!exchange(inside, waiting)) Deno.renameSync(waiting, inside);
    swaps++;
    spin(Math.random() < 0.9 ? Math.random() * 0.3 : 3);
    if (Deno.realPathSync(parent) === parent && isLink(inside) === true) {
      if (!exchange(inside, waiting)) Deno.removeSync(inside);
    }
  } catch {
    // The transfer was faster.
  }
  if (round % 16 === 0) spin(Math.random() * 4);
  if (swaps === 1000) console.error("swapping");
}
