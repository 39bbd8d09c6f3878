/**
 * Lets only so many begin at once: sessions that all begin in the same moment would each be so slow
 * that their clients give up waiting for an answer.
 */
export class Turns {
  #free: number;
  readonly #waiting = new Set<() => void>();

  /** `places`: how many may be at it at once. */
  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Waits for a turn, no longer than the time given: who holds one for long keeps nobody else out.
   * Gives what ends the turn, which may be called again.
   */
  async take(patienceMs: number): Promise<() => void> {
    if (this.#free <= 0) await this.#wait(patienceMs);
    this.#free--;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#free++;
      const [next] = this.#waiting;
      next?.();
    };
  }

  async #wait(patienceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const timer = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }
}
