/** Waits; false if it was ended before. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve(!signal.aborted);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** So many milliseconds, or fewer, but no less than `least`. */
export function randomMs(least: number, most: number): number {
  return least + Math.random() * (most - least);
}
