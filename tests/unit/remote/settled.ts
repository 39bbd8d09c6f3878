/** Waits until a number has not changed for a second, and gives it. */
export async function settled(value: () => number): Promise<number> {
  let seen = value();
  for (let unchanged = 0; unchanged < 10; unchanged++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (value() === seen && seen > 0) continue;
    seen = value();
    unchanged = -1;
  }
  return seen;
}
