import assert from "node:assert/strict";
import {
  assertSentence,
  type Background,
  inBackground,
  type NetworkNamespace,
  run,
  runIn,
  startDaemon,
} from "../support/mod.ts";
import { announced, onTwoHosts, SHORT } from "./discovery_ground.ts";

onTwoHosts("a port 5353 that somebody keeps stops neither a daemon nor a scan", async (ground) => {
  const { client, server } = ground;
  await using silent = await startDaemon({ namespace: client, root: "/usr/share" });
  const { stdout } = await runIn(client, "ss", ["-Huln"]);
  assert.equal(stdout, "", "--no-mdns opens no port");
  await using _keeper = await keepPort(client);
  const starting = [
    announced("heard", { namespace: server }),
    startDaemon({ namespace: client, root: "/usr/share", mdns: true }),
  ];
  await using heard = await starting[0];
  await using unheard = await starting[1];
  assert.ok(heard && unheard);
  await unheard.said(/Cannot advertise by mDNS on .*EADDRINUSE/);
  const found = await ground.scan(client, ...SHORT);
  assert.deepEqual(found.map(({ endpoint }) => endpoint), [`10.213.0.2:${heard.port}`]);
  assert.equal(unheard.stderr().match(/Cannot advertise/g)?.length, 1);
  assert.equal((await unheard.stop()).code, 0);
  assert.equal((await silent.stop()).code, 0);
});

onTwoHosts(
  "without any network a scan ends with a sentence, and a daemon serves",
  async (ground) => {
    const { client } = ground;
    await run("ip", ["-n", client.name, "link", "set", client.device, "down"]);
    await run("ip", ["-n", client.name, "addr", "flush", "dev", client.device]);
    await run("ip", ["-n", client.name, "link", "set", "lo", "down"]);
    const output = await ground.blit(client, "scan", ...SHORT);
    assertSentence(output, [1], /^blit: Cannot look for daemons: nothing can be asked over any/m);
    const options = { namespace: client, bind: "0.0.0.0", root: "/usr/share", mdns: true };
    await using daemon = await startDaemon(options);
    assert.equal((await daemon.stop()).code, 0);
  },
);

onTwoHosts("what is no packet of multicast DNS disturbs nobody", async (ground) => {
  const { client, server } = ground;
  await using daemon = await announced("calm", { namespace: server });
  await using noise = inBackground(Deno.execPath(), ["eval", NOISE], { namespace: client });
  await noise.said(/begun/);
  const found = await ground.scan(client, ...SHORT);
  assert.deepEqual(found.map(({ name }) => name), ["calm"]);
  assert.doesNotMatch(daemon.stderr(), /defect|taken|called/i);
  assert.equal((await daemon.stop()).code, 0);
});

/** Broken packets of any length, and beginnings of good ones, to the group and to no end. */
const NOISE = `const { createSocket } = await import("node:dgram");
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.bind(5353, "0.0.0.0", () => {
    socket.setMulticastInterface("10.213.0.1");
    setInterval(() => {
      const bytes = crypto.getRandomValues(new Uint8Array(Math.random() * 1400));
      // Flags of a query or an answer, and few records, so that it is read at all.
      bytes.set([0, 0, Math.random() < 0.5 ? 0 : 0x84, 0, 0, 1, 0, 2, 0, 1, 0, 1].slice(0, bytes.length));
      socket.send(bytes, 5353, "224.0.0.251");
    }, 1);
    console.error("begun");
  });`;

/** Somebody who does not share the port. */
async function keepPort(namespace: NetworkNamespace): Promise<Background> {
  const script = `const { createSocket } = await import("node:dgram");
    createSocket({ type: "udp4" }).bind(5353, "0.0.0.0", () =>
      createSocket({ type: "udp6", ipv6Only: true }).bind(5353, "::", () => console.error("kept")));`;
  const keeper = inBackground(Deno.execPath(), ["eval", script], { namespace });
  await keeper.said(/kept/);
  return keeper;
}
