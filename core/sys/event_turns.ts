/**
 * Lets messages and signals have their turn, by a message to oneself: that costs 10 us, a timer
 * 1 ms, and the first one of a process 8.
 */
export class EventTurns {
  #channel: MessageChannel | undefined;
  #taken: () => void = () => {};

  /** Resolves when all that had come in has been heard; awaited before the next call. */
  next(): Promise<void> {
    if (this.#channel === undefined) {
      this.#channel = new MessageChannel();
      this.#channel.port1.onmessage = (): void => this.#taken();
    }
    const { port2 } = this.#channel;
    return new Promise((resolve) => {
      this.#taken = resolve;
      port2.postMessage(undefined);
    });
  }

  /** Until then the process does not end by itself; whoever still waits goes on. */
  close(): void {
    this.#channel?.port1.close();
    this.#channel?.port2.close();
    this.#channel = undefined;
    this.#taken();
  }
}
