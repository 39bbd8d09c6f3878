/**
 * Messages as one packet for a mover's mailbox. A Set, because receiveMessageOnPort of Deno 2.9
 * looks for ports in whatever it can enumerate, and would go through every byte of an array.
 *
 * Not beside the mailbox: the main thread has no use for node:worker_threads, and that takes Deno
 * 20 ms to load (docs/decisions/0024).
 */
export function packetOf<Message>(messages: readonly Message[]): ReadonlySet<Message> {
  return new Set(messages);
}
