import assert from "node:assert/strict";
import { run } from "../support/mod.ts";
import { announced, type Found, onTwoHosts, SHORT } from "./discovery_ground.ts";

onTwoHosts("daemons of one name are told apart, on two hosts and on one", async (ground) => {
  const { client, server } = ground;
  const starting = [client, client, server].map((namespace) => announced("twin", { namespace }));
  await using first = await starting[0];
  await using second = await starting[1];
  await using third = await starting[2];
  // Started at once, they sort it out among themselves.
  const wanted = ["twin", "twin (2)", "twin (3)"];
  let found: Found[] = [];
  for (let tries = 0; tries < 5; tries++) {
    found = await ground.scan(server, ...SHORT);
    if (found.map(({ name }) => name).sort().join() === wanted.join()) break;
  }
  assert.deepEqual(found.map(({ name }) => name).sort(), wanted);
  assert.deepEqual(
    found.map(({ port }) => port).sort(),
    [first, second, third].map((daemon) => daemon?.port).sort(),
  );
  // The hosts are called the same too.
  assert.equal(new Set(found.map(({ host }) => host)).size, 2);
});

onTwoHosts("interfaces may come and go; loopback alone is told to nobody else", async (ground) => {
  const { client, server } = ground;
  const { name, device } = server;
  await run("ip", ["-n", name, "link", "set", device, "down"]);
  await run("ip", ["-n", name, "addr", "flush", "dev", device]);
  const starting = [
    announced("late", { namespace: server, bind: "0.0.0.0" }),
    announced("private", { namespace: server, bind: "127.0.0.1" }),
  ];
  await using late = await starting[0];
  await using hidden = await starting[1];
  assert.ok(late && hidden);
  for (const daemon of [late, hidden]) {
    assert.match(daemon.stderr(), /on this machine only \(lo\)/);
  }
  await run("ip", ["-n", name, "link", "set", device, "up"]);
  await run("ip", ["-n", name, "addr", "add", "10.213.0.2/24", "dev", device]);
  await late.said(/Advertised by mDNS as .*late.* on .*cable-s/);
  const [there, here] = await Promise.all([
    ground.scan(client),
    ground.scan(server),
  ]);
  assert.deepEqual(there.map(({ endpoint }) => endpoint), [`10.213.0.2:${late.port}`]);
  assert.deepEqual(
    here.map(({ endpoint, interfaces }) => [endpoint, interfaces.includes("lo")]).sort(),
    [[`10.213.0.2:${late.port}`, true], [`127.0.0.1:${hidden.port}`, true]],
  );
  await run("ip", ["-n", name, "link", "del", device]);
  const left = await ground.scan(server, ...SHORT);
  assert.deepEqual(
    left.map(({ endpoint }) => endpoint).sort(),
    [`127.0.0.1:${late.port}`, `127.0.0.1:${hidden.port}`].sort(),
  );
  assert.equal((await late.stop()).code, 0);
});
