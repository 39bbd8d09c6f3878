import assert from "node:assert/strict";
import {
  assertCode,
  bigFile,
  bigTree,
  blitCommand,
  compareTrees,
  dropPort,
  inBackground,
  joinNamespaces,
  makePlace,
  noNamespaces,
  noPacketFilter,
  runIn,
  setLink,
  startDaemon,
  summaryOf,
  temporariesIn,
  unmet,
} from "../support/mod.ts";

const missing = unmet(["remote"]) ?? noNamespaces();
const unfiltered = missing ?? noPacketFilter();
const suffix = (why: string | undefined): string => why === undefined ? "" : ` (needs ${why})`;

Deno.test({
  name: `a data port that a firewall drops costs one warning${suffix(unfiltered)}`,
  ignore: unfiltered !== undefined,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await bigTree(`${path}/source`, 5, 50, 3000);
    await bigFile(`${path}/source/big`, 5_000_000);
    await using net = await joinNamespaces();
    await using daemon = await startDaemon({ root: path, namespace: net.server });
    await dropPort(net.server, daemon.dataPort);
    const ends = [["source/", daemon.endpoint("pushed")], [daemon.endpoint("source/"), "pulled"]];
    for (const operands of ends) {
      const { program, args, env } = blitCommand(["copy", "-a", "--json", ...operands]);
      const output = await runIn(net.client, program, args, { cwd: path, env });
      assertCode(output, 0);
      const summary = summaryOf(output);
      assert.equal(summary.transport, "grpc");
      const lines = output.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
      const warnings = lines.filter(({ type }) => type === "warning");
      assert.equal(warnings.length, 1, output.stdout);
      const port = new RegExp(`data port .*port ${daemon.dataPort}: no answer`);
      assert.match(warnings[0].message, port);
    }
    await compareTrees(`${path}/source`, `${path}/pushed`);
    await compareTrees(`${path}/source`, `${path}/pulled`);
  },
});

/** Whether content has arrived in a directory below. */
function holdsFiles(path: string): boolean {
  return [...Deno.readDirSync(path)].some(({ name, isDirectory }) =>
    isDirectory && [...Deno.readDirSync(`${path}/${name}`)].some(({ isFile }) => isFile)
  );
}

for (const direction of ["push", "pull"] as const) {
  Deno.test({
    name:
      `a cable pulled out in the middle of a ${direction} is found by both ends, and the same ` +
      `command goes on${suffix(missing)}`,
    ignore: missing !== undefined,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await bigTree(`${path}/source`, 20, 100, 2000);
      await bigFile(`${path}/source/big`, 300_000_000);
      await using net = await joinNamespaces();
      await using daemon = await startDaemon({ root: path, namespace: net.server });
      await Deno.mkdir(`${path}/got`);
      const operands = direction === "push"
        ? ["source/", daemon.endpoint("got")]
        : [daemon.endpoint("source/"), "got"];
      const { program, args, env } = blitCommand(["copy", "-a", ...operands]);
      {
        await using client = inBackground(program, args, {
          cwd: path,
          env,
          namespace: net.client,
        });
        // Directories are made before there is any data connection.
        while (!holdsFiles(`${path}/got`)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await setLink(net.client, "down");
        const start = performance.now();
        const { code } = await client.ended();
        const seconds = (performance.now() - start) / 1000;
        assert.equal(code, 1, client.stderr());
        assert.ok(seconds < 90, `found out after ${seconds.toFixed(1)} s`);
        assert.match(client.stderr(), /Nothing has come .* for \d+ s|was lost/);
        await daemon.said(/Ended early/, 90_000);
      }
      await setLink(net.client, "up");
      assert.deepEqual(await temporariesIn(`${path}/got`), []);
      assertCode(await runIn(net.client, program, args, { cwd: path, env }), 0);
      await compareTrees(`${path}/source`, `${path}/got`);
    },
  });
}
