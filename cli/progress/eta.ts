/** Rates older than this count for about a third. */
const RATE_MEMORY_SECONDS = 15;
/** How fast the shown time follows when things turn out faster. */
const FALL_SECONDS = 2;
/** How fast it follows when things turn out slower... */
const RISE_SECONDS = 5;
/** ...and by how much of itself it may grow in a second at most. */
const RISE_SHARE = 0.1;
/** Nothing is shown before this: the first rates are of caches and start-up. */
const SETTLE_SECONDS = 1;

/**
 * Seconds left until a fraction reaches 1, as a person wants to see them: counting down with the
 * clock, following changes of speed without jumps.
 *
 * The rate is an average over time that forgets exponentially; what is shown runs down with the
 * clock and is drawn towards the estimate, quickly downwards and never by more than a tenth of
 * itself a second upwards.
 */
export class EtaEstimator {
  #progress = 0;
  #seconds = 0;
  #fraction = 0;
  #at: number | undefined;
  #began = 0;
  #shown: number | undefined;

  /**
   * Takes where the work stands and gives the seconds left, or undefined while there is nothing
   * to go by.
   */
  update(fraction: number, elapsedSeconds: number): number | undefined {
    if (this.#at === undefined) {
      this.#at = this.#began = elapsedSeconds;
      this.#fraction = fraction;
      return undefined;
    }
    const passed = Math.max(0, elapsedSeconds - this.#at);
    const kept = Math.exp(-passed / RATE_MEMORY_SECONDS);
    this.#progress = this.#progress * kept + Math.max(0, fraction - this.#fraction);
    this.#seconds = this.#seconds * kept + passed;
    this.#at = elapsedSeconds;
    this.#fraction = Math.max(fraction, this.#fraction);
    if (this.#fraction >= 1) return this.#shown = 0;
    if (this.#progress > 0 && elapsedSeconds - this.#began >= SETTLE_SECONDS) {
      this.#follow((1 - this.#fraction) * this.#seconds / this.#progress, passed);
    }
    return this.#shown;
  }

  #follow(estimate: number, passed: number): void {
    if (this.#shown === undefined) {
      this.#shown = estimate;
      return;
    }
    const run = Math.max(0, this.#shown - passed);
    const error = estimate - run;
    const pace = 1 - Math.exp(-passed / (error < 0 ? FALL_SECONDS : RISE_SECONDS));
    const most = passed * (1 + RISE_SHARE * this.#shown);
    this.#shown = run + Math.min(error * pace, most);
  }
}
