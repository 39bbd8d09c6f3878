import { explainConnecting } from "./explain.ts";

/** A way for grpc-js to a server that it cannot name. */
export interface Door {
  /** What to connect to in place of the server. */
  readonly target: string;
  close(): void;
}

/**
 * Opens a way to a link-local address with its zone (`fe80::1%eth0`). grpc-js makes a URL of every
 * address, and none holds a zone; and `node:net` of Deno 2.9.6 connects without it (EINVAL).
 * `Deno.connect` takes it. So one connection to a port of loopback is passed on to the server.
 *
 * @throws {LinkError} where the server cannot be reached
 */
export async function openDoor(host: string, port: number, timeoutMs: number): Promise<Door> {
  const server = await dial(host, port, timeoutMs);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const opened: Disposable[] = [listener, server];
  const close = (): void => {
    for (const one of opened.splice(0)) one[Symbol.dispose]();
  };
  listener.accept().then(async (client) => {
    opened.push(client);
    // Nobody else comes in.
    opened.splice(0, 1);
    listener.close();
    server.setNoDelay(true);
    client.setNoDelay(true);
    await Promise.all([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  }).catch(() => {}).finally(close);
  return { target: `127.0.0.1:${listener.addr.port}`, close };
}

async function dial(host: string, port: number, timeoutMs: number): Promise<Deno.TcpConn> {
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(explainConnecting("", host, port, timeoutMs));
    }, timeoutMs);
  });
  const connecting = Deno.connect({ hostname: host, port }).then((conn) => {
    if (isLate) conn.close();
    return conn;
  }, (error) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EHOSTUNREACH";
    throw explainConnecting(code, host, port, timeoutMs);
  });
  connecting.catch(() => {});
  try {
    return await Promise.race([connecting, late]);
  } finally {
    clearTimeout(timer);
  }
}
