/** A TCP port of loopback that nothing listens on; the kernel gives another to the next who asks. */
export function freePort(hostname = "127.0.0.1"): number {
  const listener = Deno.listen({ hostname, port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Waits until something listens; throws after `timeoutMs`. */
export async function untilListens(
  port: number,
  hostname = "127.0.0.1",
  timeoutMs = 60_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (true) {
    try {
      (await Deno.connect({ hostname, port })).close();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
