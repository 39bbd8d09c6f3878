import assert from "node:assert/strict";
import { addressBytes } from "../../../../core/sys/linux/socket_address.ts";
import { Errno } from "../../../../core/sys/mod.ts";
import { openSockets, Ready } from "../../../../core/sys/sockets.ts";
import { needing } from "../../../support/host.ts";

Deno.test("addresses in text become the 16 bytes of IPv6", () => {
  const hex = (text: string): string | undefined => addressBytes(text)?.toHex();
  assert.equal(hex("127.0.0.1"), "00000000000000000000ffff7f000001");
  assert.equal(hex("::ffff:127.0.0.1"), "00000000000000000000ffff7f000001");
  assert.equal(hex("::1"), "00000000000000000000000000000001");
  assert.equal(hex("::"), "00000000000000000000000000000000");
  assert.equal(hex("fe80::a%eth0"), "fe80000000000000000000000000000a");
  assert.equal(hex("2001:db8::1:2"), "20010db8000000000000000000010002");
  assert.equal(hex("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
  const none = ["", "localhost", "1.2.3", "1.2.3.256", "1:2:3", "1::2::3", "::12345", "1::2.3.4"];
  for (const text of none) assert.equal(hex(text), undefined, text);
});

const BOTH = "the descriptor of each end is found among many connections, IPv4, IPv6 and both";
Deno.test(needing(BOTH, "ipv6"), async () => {
  const sockets = openSockets();
  assert(sockets !== undefined);
  for (
    const [listen, connect] of [["127.0.0.1", "127.0.0.1"], ["::1", "::1"], ["::", "127.0.0.1"]]
  ) {
    if (listen === undefined || connect === undefined) continue;
    using listener = Deno.listen({ hostname: listen, port: 0 });
    const conns: Deno.TcpConn[] = [];
    for (let index = 0; index < 20; index++) {
      conns.push(await Deno.connect({ hostname: connect, port: listener.addr.port }));
      conns.push(await listener.accept());
    }
    const found: number[] = conns.map((conn) =>
      sockets.findDescriptor(conn.localAddr, conn.remoteAddr)
    );
    assert(found.every((descriptor) => descriptor > 2), found.join());
    assert.equal(new Set(found).size, conns.length);
    // They are the right ones: what is sent by one arrives at its peer.
    for (let index = 0; index < conns.length; index += 2) {
      assert.equal(sockets.send(found[index] ?? -1, new Uint8Array([index]), 1, false), 1);
    }
    for (let index = 1; index < conns.length; index += 2) {
      const byte = new Uint8Array(1);
      assert.equal(sockets.wait(found[index] ?? -1, Ready.Read, -1, 1000), Ready.Read);
      assert.equal(sockets.receive(found[index] ?? -1, byte, 1), 1);
      assert.equal(byte[0], index - 1);
    }
    const [first] = conns;
    assert(first !== undefined);
    const { localAddr, remoteAddr } = first;
    for (const conn of conns) conn.close();
    assert.equal(sockets.findDescriptor(localAddr, remoteAddr), -Errno.ENOENT);
  }
  sockets.end();
});

Deno.test("the runtime does not wake up for a socket that it does not watch, and closes it", async () => {
  const sockets = openSockets();
  assert(sockets !== undefined);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using peer = await listener.accept();
  const socket = sockets.findDescriptor(conn.localAddr, conn.remoteAddr);
  let ended = "";
  const reading = conn.read(new Uint8Array(1)).then(() => "read", () => "closed").then((how) => {
    ended = how;
  });
  const watcher = sockets.unwatch(socket);
  assert(watcher > 2, `${watcher}`);
  assert.equal(sockets.unwatch(socket), -Errno.ENOENT);
  await peer.write(new Uint8Array([7]));
  assert.equal(sockets.wait(socket, Ready.Read, -1, 5000), Ready.Read);
  // What the runtime had heard of would be read by now.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(ended, "");
  const byte = new Uint8Array(1);
  assert.deepEqual([sockets.receive(socket, byte, 1), byte[0]], [1, 7]);
  sockets.watchAgain(socket, watcher);
  assert.equal(sockets.unwatch(socket), watcher);
  sockets.watchAgain(socket, watcher);
  conn.close();
  await reading;
  assert.equal(ended, "closed");
  assert.equal(await peer.read(byte), null);
  sockets.end();
});

Deno.test("an event wakes a wait for a socket", async () => {
  const sockets = openSockets();
  assert(sockets !== undefined);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const socket = sockets.findDescriptor(conn.localAddr, conn.remoteAddr);
  const event = sockets.makeEvent();
  assert(event > 2);
  assert.equal(sockets.wait(socket, Ready.Read, event, 0), 0);
  sockets.raiseEvent(event);
  sockets.raiseEvent(event);
  assert.equal(sockets.wait(socket, Ready.Read, event, 5000), Ready.Event);
  sockets.clearEvent(event);
  assert.equal(sockets.wait(socket, Ready.Read, event, 0), 0);
  assert.equal(sockets.wait(socket, Ready.Write, event, 0), Ready.Write);
  assert.equal(sockets.clearEvent(event), -Errno.EAGAIN);
  sockets.closeEvent(event);
  (await listener.accept()).close();
  sockets.end();
});

Deno.test("there are no socket calls where the portable backend is forced", () => {
  const before = Deno.env.get("BLIT_SYS");
  Deno.env.set("BLIT_SYS", "portable");
  try {
    assert.equal(openSockets(), undefined);
  } finally {
    if (before === undefined) Deno.env.delete("BLIT_SYS");
    else Deno.env.set("BLIT_SYS", before);
  }
});
