import assert from "node:assert/strict";
import { Acceptor, ListenError, listenOn } from "../../../core/remote/acceptor.ts";

/** Accepts a connection to `hostname`, closes the acceptor, and gives the address it came to. */
async function accepted(acceptor: Acceptor, hostname: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<Deno.TcpConn>();
  const finished = acceptor.accept({ serve: resolve });
  using _client = await Deno.connect({ hostname, port: acceptor.port });
  using conn = await promise;
  acceptor.close();
  acceptor.close();
  await finished;
  return conn.localAddr.hostname;
}

Deno.test("all addresses have one port", async () => {
  const addresses = ["127.0.0.1", "127.0.0.2"];
  const acceptors = listenOn(addresses, 0);
  assert.equal(new Set(acceptors.map(({ port }) => port)).size, 1);
  for (const [index, acceptor] of acceptors.entries()) {
    assert.equal(await accepted(acceptor, addresses[index] ?? ""), addresses[index]);
  }
});

Deno.test("where one address cannot be had, none is kept, and it says which and why", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assert.throws(() => listenOn(["127.0.0.2", "127.0.0.1"], port), (error) => {
    assert(error instanceof ListenError && error.cause instanceof Deno.errors.AddrInUse);
    assert.deepEqual([error.address, error.port], ["127.0.0.1", port]);
    assert.equal(error.message, error.cause.message);
    return true;
  });
  Deno.listen({ hostname: "127.0.0.2", port }).close();
  assert.throws(() => listenOn(["192.0.2.1"], 0), (error) => {
    return error instanceof ListenError && error.cause instanceof Deno.errors.AddrNotAvailable;
  });
});

/** A listener that fails as often as said before it gives what the other does. */
function failing(listener: Deno.TcpListener, times: number): Deno.TcpListener {
  let left = times;
  return {
    addr: listener.addr,
    accept: () => left-- > 0 ? Promise.reject(new Error("too many")) : listener.accept(),
    close: () => listener.close(),
  } as Deno.TcpListener;
}

Deno.test("what cannot be accepted is said each time, and the next is", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const acceptor = new Acceptor(failing(listener, 2));
  let failures = 0;
  const { promise, resolve } = Promise.withResolvers<Deno.TcpConn>();
  const finished = acceptor.accept({ serve: resolve, failed: () => failures++ });
  using _client = await Deno.connect({ hostname: "127.0.0.1", port: acceptor.port });
  (await promise).close();
  assert.equal(failures, 2);
  acceptor.close();
  await finished;
});

Deno.test("nothing is accepted before there is a place", async () => {
  const [acceptor] = listenOn(["127.0.0.1"], 0);
  assert(acceptor !== undefined);
  const place = Promise.withResolvers<void>();
  const said: string[] = [];
  const { promise, resolve } = Promise.withResolvers<Deno.TcpConn>();
  const finished = acceptor.accept({
    ready: () => place.promise,
    serve: (conn) => {
      said.push("served");
      resolve(conn);
    },
  });
  using _client = await Deno.connect({ hostname: "127.0.0.1", port: acceptor.port });
  said.push("place");
  place.resolve();
  (await promise).close();
  assert.deepEqual(said, ["place", "served"]);
  acceptor.close();
  await finished;
});
