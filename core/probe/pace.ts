/** The probe was told to end. */
export class Stopped extends Error {
  override readonly name = "Stopped";

  constructor() {
    super("The probe was told to end.");
  }
}

/** Looks between two calls whether the probe is to end. */
export class Pace {
  readonly #stop: Int32Array<SharedArrayBuffer>;

  /** `stop`: not 0 when it is. */
  constructor(stop: Int32Array<SharedArrayBuffer>) {
    this.#stop = stop;
  }

  /** @throws {Stopped} when the probe is to end */
  check(): void {
    if (Atomics.load(this.#stop, 0) !== 0) throw new Stopped();
  }
}
