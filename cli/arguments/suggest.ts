/**
 * The candidate nearest to a mistyped word, or undefined when none is near: at most a third of
 * the word's letters may be wrong, counting a swap of neighbours as one mistake.
 */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = mistakes(word.toLowerCase(), candidate);
    if (distance < least) [least, best] = [distance, candidate];
  }
  // Somebody who typed the beginning of a longer name meant that name.
  return best ?? (word.length >= 2 ? candidates.find((name) => name.startsWith(word)) : undefined);
}

/**
 * Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours
 * (Boytsov, "Indexing methods for approximate dictionary searching", 2011).
 */
function mistakes(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
