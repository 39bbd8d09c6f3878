import { after } from "../timer.ts";

/**
 * Lets messages and signals have their turn, by a message to oneself: that costs 20 us, a timer
 * 1 ms.
 */
export function turnOfEvents(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (): void => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/**
 * The same for timers as well, which messages alone leave unheard while the thread is busy: that
 * costs 1 ms.
 */
export function turnOfTimers(): Promise<void> {
  return new Promise((resolve) => {
    after(0, resolve);
  });
}
