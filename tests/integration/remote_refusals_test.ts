import assert from "node:assert/strict";
import { startStranger } from "../fault/hostile/stranger.ts";
import {
  assertSentence,
  type CommandOutput,
  freePort,
  makePlace,
  onRemote,
  plant,
  readTree,
  runBlit,
  startDaemon,
  unmet,
} from "../support/mod.ts";

const ignore = unmet(["remote"]) !== undefined;

/** Runs a copy in either direction against an endpoint, in a fresh directory. */
async function bothWays(
  endpoint: string,
  check: (output: CommandOutput, direction: string) => void,
): Promise<void> {
  await using place = await makePlace();
  await plant(`${place.path}/tree`, { "a": "a" });
  const options = { cwd: place.path, timeoutMs: 60_000 };
  check(await runBlit(["copy", "tree/", endpoint], options), "push");
  check(await runBlit(["copy", endpoint, "other"], options), "pull");
  assert.deepEqual(await readTree(place.path), { "tree/": null, "tree/a": "a" });
}

Deno.test({
  name: "a host that does not exist is named",
  ignore,
  fn: () =>
    bothWays("no-such-host.invalid://path/", (output) => {
      assertSentence(output, [1], /no-such-host\.invalid/);
    }),
});

Deno.test({
  name: "a port that nobody listens on is a sentence with host and port",
  ignore,
  fn: async () => {
    const port = freePort();
    await bothWays(`127.0.0.1:${port}//path/`, (output) => {
      assertSentence(output, [1], /127\.0\.0\.1/, new RegExp(String(port)), /refused/i);
    });
  },
});

Deno.test({
  name: "what listens but is no daemon is found out in time",
  ignore,
  fn: async () => {
    for (const answer of [undefined, "HTTP/1.1 400 Bad Request\r\n\r\n", "220 smtp ready\r\n"]) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = listener.addr as Deno.NetAddr;
      const accepted: Deno.Conn[] = [];
      const serving = (async () => {
        for await (const conn of listener) {
          accepted.push(conn);
          if (answer !== undefined) {
            await conn.write(new TextEncoder().encode(answer)).catch(() => {});
          }
        }
      })();
      try {
        await bothWays(`127.0.0.1:${port}//path/`, (output) => {
          assertSentence(output, [1], new RegExp(String(port)));
        });
      } finally {
        listener.close();
        await serving;
        for (const conn of accepted) conn.close();
      }
    }
  },
});

const MODULES = (path: string) => `
[[module]]
name = "open"
path = "${path}/open"

[[module]]
name = "closed"
path = "${path}/closed"
read_only = true
`;

Deno.test({
  name: "a module that does not exist is named, and the daemon serves on",
  ignore,
  fn: async () => {
    await using place = await makePlace();
    await plant(place.path, { "open/a": "a", "closed/b": "b" });
    await using daemon = await startDaemon({ config: MODULES(place.path) });
    await bothWays(daemon.module("nosuch", "path/"), (output) => {
      assertSentence(output, [1, 64], /nosuch/);
    });
    await bothWays(daemon.endpoint("path/"), (output) => assertSentence(output, [1, 64]));
    const { code } = await runBlit(["copy", daemon.module("open"), "got"], { cwd: place.path });
    assert.equal(code, 0);
    assert.deepEqual(await readTree(`${place.path}/got`), { "a": "a" });
  },
});

Deno.test({
  name: "a module without a slash behind it shows both corrections",
  ignore,
  fn: () =>
    bothWays("server:9032/module", (output) => {
      assertSentence(output, [64], /server:9032\/module\//, /server:9032\/\/module/);
    }),
});

Deno.test({
  name: "a host alone is no place to copy to",
  ignore,
  fn: () => bothWays("127.0.0.1:9031", (output) => assertSentence(output, [1, 64], /127\.0\.0\.1/)),
});

onRemote("a source that is not there is a sentence at either end", async (g) => {
  await plant(g.destination, { "kept": "kept" });
  for (const verb of ["copy", "mirror", "move"]) {
    const output = await g.blit(verb, "-y", g.from("missing/"), g.to());
    assertSentence(output, [1, 64], /missing.*does not exist/);
  }
  assert.deepEqual(await readTree(g.destination), { "kept": "kept" });
}, { directions: ["push", "pull", "relay"] });

onRemote("a destination that is a file for a directory is a sentence", async (g) => {
  await plant(g.path, { "source/a": "a", "destination": "a file" });
  assertSentence(await g.blit("copy", g.from(), g.to("destination/")), [1, 2, 64], /destination/);
  assert.equal(await Deno.readTextFile(g.destination), "a file");
});

Deno.test({
  name: "a daemon of another protocol is refused with both versions named",
  ignore,
  fn: async () => {
    await using daemon = await startStranger({ major: 2, minor: 7 });
    await bothWays(`127.0.0.1:${daemon.port}//path/`, (output) => {
      assertSentence(output, [1], /speaks version 2\.7 of the protocol, this blit 1\.0/, /updated/);
    });
  },
});
