/**
 * Lets messages and signals have their turn, by a message to oneself: that costs 20 us, a timer
 * 1 ms, and the first one of a process 8.
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
