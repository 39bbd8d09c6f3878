/** Bytes of the last few seconds count most. */
const MEMORY_SECONDS = 3;

/** How fast an ever-growing number grows, averaged over time and forgetting exponentially. */
export class RateEstimator {
  #amount = 0;
  #seconds = 0;
  #total = 0;
  #at = 0;

  /** Takes the total so far and gives its growth a second. */
  update(total: number, elapsedSeconds: number): number {
    const passed = Math.max(0, elapsedSeconds - this.#at);
    const kept = Math.exp(-passed / MEMORY_SECONDS);
    this.#amount = this.#amount * kept + Math.max(0, total - this.#total);
    this.#seconds = this.#seconds * kept + passed;
    this.#at = elapsedSeconds;
    this.#total = total;
    return this.#seconds > 0 ? this.#amount / this.#seconds : 0;
  }
}
