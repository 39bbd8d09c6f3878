import assert from "node:assert/strict";
import {
  assertCode,
  assertSentence,
  bigFile,
  bigTree,
  blitCommand,
  type CommandOutput,
  compareTrees,
  dropPort,
  inBackground,
  joinNamespaces,
  makePlace,
  type NetworkNamespace,
  noNamespaces,
  noPacketFilter,
  plant,
  runIn,
  setLink,
  startDaemon,
  summaryOf,
  unmet,
} from "../support/mod.ts";

const DATA_PORT = 9777;

/** Runs the CLI inside a namespace. */
function blitIn(
  namespace: NetworkNamespace,
  cwd: string,
  ...args: readonly string[]
): Promise<CommandOutput> {
  const { program, args: all, env } = blitCommand(args);
  return runIn(namespace, program, all, { cwd, env, timeoutMs: 60_000 });
}

const filtered = unmet(["remote"]) ?? noPacketFilter();
Deno.test({
  name: `a data port behind a packet filter costs a warning, not the transfer (needs ${
    filtered ?? "-"
  })`,
  ignore: filtered !== undefined,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await bigTree(`${path}/source`, 5, 40, 3000);
    await bigFile(`${path}/source/big`, 20_000_000);
    await using net = await joinNamespaces();
    await using daemon = await startDaemon({
      config: `[daemon]\ndata_port = ${DATA_PORT}\nroot = "${path}"\n`,
      namespace: net.server,
    });
    const open = await blitIn(
      net.client,
      path,
      ...["copy", "--json", "source/", daemon.endpoint("o")],
    );
    assertCode(open, 0);
    assert.equal(summaryOf(open).transport, "tcp");
    await compareTrees(`${path}/source`, `${path}/o`);

    await dropPort(net.server, DATA_PORT);
    for (
      const [from, to] of [["source/", daemon.endpoint("pushed")], [
        daemon.endpoint("source/"),
        "pulled",
      ]] as const
    ) {
      const output = await blitIn(net.client, path, "copy", "--json", from, to);
      assertCode(output, 0);
      const { transport, warnings } = summaryOf(output);
      assert.equal(transport, "grpc");
      assert.equal((warnings as unknown[]).length, 1, JSON.stringify(warnings));
      assert.match(JSON.stringify(warnings), new RegExp(`data port|${DATA_PORT}`));
    }
    const said = await blitIn(net.client, path, "copy", "source/", daemon.endpoint("said"));
    assertCode(said, 0);
    assert.equal(said.stderr.match(/data port/gi)?.length, 1, said.stderr);
    for (const name of ["pushed", "pulled", "said"]) {
      await compareTrees(`${path}/source`, `${path}/${name}`);
    }
  },
});

const cut = unmet(["remote"]) ?? noNamespaces();
for (const direction of ["push", "pull"] as const) {
  Deno.test({
    name: `a cable pulled out in a ${direction} is found within 15 s (needs ${cut ?? "-"})`,
    ignore: cut !== undefined,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await bigTree(`${path}/source`, 60, 100, 3000);
      await bigFile(`${path}/source/big`, 1_500_000_000);
      await plant(`${path}/destination`, {});
      await using net = await joinNamespaces();
      await using daemon = await startDaemon({ root: path, namespace: net.server });
      const [from, to] = direction === "push"
        ? ["source/", daemon.endpoint("destination")]
        : [daemon.endpoint("source/"), "destination"];
      const { program, args, env } = blitCommand(["copy", from, to]);
      await using client = inBackground(program, args, { cwd: path, env, namespace: net.client });
      while ([...Deno.readDirSync(`${path}/destination`)].length < 5) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await setLink(net.client, "down");
      const start = performance.now();
      const { code } = await client.ended();
      const seconds = (performance.now() - start) / 1000;
      assertSentence({ code, stdout: client.stdout(), stderr: client.stderr() }, [1], /\w+ \w+/);
      assert.ok(seconds < 16, `the client noticed after ${seconds.toFixed(1)} s`);
      // The daemon has let go of it as well, and serves the next.
      await setLink(net.client, "up");
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 16_000 - seconds * 1000)));
      assertCode(await blitIn(net.client, path, "copy", from, to), 0);
      await compareTrees(`${path}/source`, `${path}/destination`);
    },
  });
}
