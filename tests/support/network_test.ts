import assert from "node:assert/strict";
import {
  assertCode,
  compareTrees,
  dropPort,
  freePort,
  inBackground,
  joinNamespaces,
  makePlace,
  noNamespaces,
  noPacketFilter,
  plant,
  run,
  runIn,
  setLink,
  startRsyncDaemon,
} from "./mod.ts";

const LINK = { roundTripMs: 40, rateMbit: 1000 };

Deno.test("an rsync daemon serves a directory both ways", async () => {
  await using place = await makePlace();
  const [source, served, back] = ["source", "served", "back"].map((name) =>
    `${place.path}/${name}`
  );
  assert.ok(source && served && back);
  await plant(source, { "a": "a", "sub/b": "b" });
  await Deno.mkdir(served);
  await using daemon = await startRsyncDaemon(served);
  await run("rsync", ["-a", "--modify-window=-1", `${source}/`, daemon.url("in/")]);
  await compareTrees(source, `${served}/in`);
  await run("rsync", ["-a", "--modify-window=-1", daemon.url("in/"), `${back}/`]);
  await compareTrees(source, back);
});

Deno.test("a program in the background is heard, signalled and waited for", async () => {
  await using program = inBackground("sh", ["-c", "echo port 17 >&2; exec sleep 60"]);
  assert.equal((await program.said(/port (\d+)/))[1], "17");
  await assert.rejects(program.said(/nothing/, 50), /did not say/);
  program.signal("SIGTERM");
  assert.equal((await program.ended()).signal, "SIGTERM");
  await assert.rejects(program.said(/nothing/), /ended/);
});

Deno.test("a free port is free", () => {
  Deno.listen({ hostname: "127.0.0.1", port: freePort() }).close();
});

/** Milliseconds until a connection from the client's side stands; throws when refused or late. */
async function connectMs(from: { name: string }, to: string, port: number): Promise<number> {
  const script = `const start = performance.now();
    const late = setTimeout(() => Deno.exit(3), 1000);
    (await Deno.connect({ hostname: "${to}", port: ${port} })).close();
    console.log(performance.now() - start); clearTimeout(late)`;
  const output = await runIn(from, Deno.execPath(), ["eval", script]);
  assertCode(output, 0);
  return Number(output.stdout);
}

Deno.test({
  name: `a packet filter closes one port between namespaces (needs ${noPacketFilter() ?? "-"})`,
  ignore: noPacketFilter() !== undefined,
  fn: async () => {
    await using place = await makePlace();
    await using net = await joinNamespaces();
    await using daemon = await startRsyncDaemon(place.path, { namespace: net.server });
    assert.ok(await connectMs(net.client, net.server.address, daemon.port) < 1000);
    await dropPort(net.server, daemon.port + 1);
    assert.ok(await connectMs(net.client, net.server.address, daemon.port) < 1000);
    await dropPort(net.server, daemon.port);
    await assert.rejects(connectMs(net.client, net.server.address, daemon.port));
  },
});

Deno.test({
  name: `a cable is as long and as wide as asked for (needs ${noNamespaces(LINK) ?? "-"})`,
  ignore: noNamespaces(LINK) !== undefined,
  fn: async () => {
    await using place = await makePlace();
    await using net = await joinNamespaces(LINK);
    await using daemon = await startRsyncDaemon(place.path, { namespace: net.server });
    const ms = await connectMs(net.client, net.server.address, daemon.port);
    assert.ok(ms > 39 && ms < 900, `a connection took ${ms} ms`);
    await using _ = inBackground("iperf3", ["-s"], { namespace: net.server });
    const args = ["-c", net.server.address, "-t", "3", "-O", "1", "--json"];
    const output = await runIn(net.client, "iperf3", args);
    const mbit = JSON.parse(output.stdout).end?.sum_received?.bits_per_second / 1e6;
    // What carries the packets is a program, which others may keep from its work.
    assert.ok(mbit > 10 && mbit < 1000, `iperf3 reaches ${mbit} Mbit/s`);
    await setLink(net.client, "down");
    await assert.rejects(connectMs(net.client, net.server.address, daemon.port));
  },
});
