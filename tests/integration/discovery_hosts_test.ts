import assert from "node:assert/strict";
import { assertCode, assertSentence, run, runIn } from "../support/mod.ts";
import { announced, type Found, onTwoHosts, SHORT, untilLinkLocal } from "./discovery_ground.ts";

const pick = (found: readonly Found[], name: string): Found | undefined =>
  found.find(({ name: its }) => its === name);

const module = (name: string): string => `[[module]]\nname = "${name}"\npath = "/usr/share"\n`;

onTwoHosts("two hosts find each other as long as they can be reached", async (ground, test) => {
  const { client, server, path } = ground;
  const config = `${path}/config.toml`;
  await Deno.mkdir(`${path}/there`);
  await Deno.writeTextFile(`${path}/there/file`, "content");
  await Deno.writeTextFile(config, module("first"));
  await untilLinkLocal(ground);
  const starting = [
    announced("one", { namespace: client, bind: "::" }),
    announced("two", {
      namespace: server,
      bind: "::",
      root: `${path}/there`,
      args: ["--config", config],
    }),
  ];
  await using one = await starting[0];
  await using two = await starting[1];
  assert.ok(one && two);

  await test.step("in both directions, by IPv4 and IPv6", async () => {
    const [fromClient, fromServer] = await Promise.all([
      ground.scan(client, ...SHORT),
      ground.scan(server, ...SHORT),
    ]);
    for (
      const [found, daemon, address, device, modules] of [
        [pick(fromClient, "two"), two, "10.213.0.2", "cable-c", ["first"]],
        [pick(fromServer, "one"), one, "10.213.0.1", "cable-s", []],
      ] as const
    ) {
      assert.equal(found?.port, daemon.port);
      assert.equal(found?.endpoint, `${address}:${daemon.port}`);
      assert.deepEqual(found?.interfaces, [device]);
      assert.match(found?.addresses.at(-1) ?? "", new RegExp(`^fe80::[0-9a-f:]+%${device}$`));
      assert.deepEqual([found?.default_export, found?.modules], [true, modules]);
    }
  });

  await test.step("and copy what was found", async () => {
    const [found] = JSON.parse(await Deno.readTextFile(`${path}/blit/hosts.json`)).hosts
      .filter(({ name }: Found) => name === "two");
    assertCode(await ground.blit(client, "copy", `${found.endpoint}//`, "here"), 0);
    assert.equal(await Deno.readTextFile(`${path}/here/file`), "content");
  });

  await test.step("by the host's name too", async () => {
    const host = pick(await ground.scan(client, ...SHORT), "two")?.host ?? "";
    const { href } = new URL("../../core/discovery/mod.ts", import.meta.url);
    const script = `const { resolveLocal } = await import("${href}");
      const options = { timeoutMs: 5000 };
      console.log(JSON.stringify(await Promise.all(
        ["${host}", "nobody.local"].map((name) => resolveLocal(name, options)))));`;
    const { stdout } = await runIn(client, Deno.execPath(), ["eval", script]);
    const [[address], none] = JSON.parse(stdout);
    assert.deepEqual([address, none], ["10.213.0.2", []]);
    const listed = await ground.blit(client, "list", `${host}:${two.port}`);
    assertCode(listed, 0);
    assert.match(listed.stdout, /first/);
    assertCode(await ground.blit(client, "copy", `${host}:${two.port}//`, "by-name"), 0);
    assert.equal(await Deno.readTextFile(`${path}/by-name/file`), "content");
  });

  await test.step("with the modules that a reload brought, by IPv6 alone", async () => {
    for (const [at, { name, device }] of [client, server].entries()) {
      await run("ip", ["-n", name, "-4", "addr", "flush", "dev", device]);
      const address = `fd00:213::${at + 1}/64`;
      await run("ip", ["-n", name, "addr", "add", address, "dev", device, "nodad"]);
    }
    const many = Array.from({ length: 40 }, (_, at) => `module number ${at} of many`);
    await Deno.writeTextFile(config, many.map(module).join(""));
    two.signal("SIGHUP");
    await two.said(/configuration was read again/);
    const place = `[fd00:213::2]:${two.port}`;
    let found: Found | undefined;
    // The daemon looks at its interfaces every two seconds.
    for (let tries = 0; tries < 4 && found?.endpoint !== place; tries++) {
      found = pick(await ground.scan(client, ...SHORT), "two");
    }
    assert.equal(found?.endpoint, place);
    assert.equal(found?.module_count, 40);
    assert.ok(found.modules.length > 20 && found.modules.length < 40);
    assert.deepEqual(found.modules, many.slice(0, found.modules.length));
    // By the address that means something on this link alone, too.
    for (const host of ["fd00:213::2", found.addresses.at(-1)]) {
      const source = `[${host}]:${found.port}//`;
      assertCode(await ground.blit(client, "copy", "-n", source, "again"), 0);
    }
  });

  await test.step("and not when they have said goodbye", async () => {
    const stopped = await Promise.all([one.stop(), two.stop()]);
    assert.deepEqual(stopped.map(({ code }) => code), [0, 0]);
    const output = await ground.blit(client, "scan", ...SHORT);
    assertSentence(output, [0], /^blit: No daemon answered within 1\.2 s\.$/m);
    assert.equal(output.stdout, "");
  });
});
