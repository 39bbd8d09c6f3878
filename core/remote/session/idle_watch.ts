/** Looks this often at least, so that a session ends not much later than it should. */
const LOOK_MS = 5000;

/** Watches whether anything happens: numbers that change with each thing that does. */
export class IdleWatch {
  readonly #timer: ReturnType<typeof setInterval>;

  /**
   * Calls `onIdle` once when what `pulse` gives has not changed for `idleMs`, give or take a
   * quarter of it.
   */
  constructor(idleMs: number, pulse: () => readonly number[], onIdle: () => void) {
    let seen = "";
    let since = performance.now();
    this.#timer = setInterval(() => {
      const now = pulse().join();
      if (now !== seen) {
        seen = now;
        since = performance.now();
      } else if (performance.now() - since >= idleMs) {
        this.close();
        onIdle();
      }
    }, Math.min(LOOK_MS, idleMs / 4));
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#timer);
  }
}
