import assert from "node:assert/strict";
import { bash, command, inNamespace, plant, readTree, startDaemon } from "../support/mod.ts";
import { blitCommand } from "../support/mod.ts";
import { onTwoHosts } from "./discovery_ground.ts";

const README = new URL("../../README.md", import.meta.url);
/** The address that the README has in place of a real one. */
const SHOWN = "192.168.1.5";

/** The commands from a scan to a checked copy, as the README gives them. */
async function commands(): Promise<string[]> {
  const readme = await Deno.readTextFile(README);
  const block = /```sh\n(blit scan[\s\S]*?)```/.exec(readme)?.[1];
  assert.ok(block, "the README has no block that begins with blit scan");
  return block.trimEnd().split("\n").map((line) => line.replace(/\s+#.*/, ""));
}

onTwoHosts("the README leads a new user from a scan to a copy that is checked", async (ground) => {
  const { client, server, path } = ground;
  await plant(`${path}/there`, { "one.jpg": "one", "2024/two.jpg": "two" });
  // As in the README: the port that need not be named.
  await using daemon = await startDaemon({
    namespace: server,
    port: 9031,
    mdns: true,
    config: `[[module]]\nname = "photos"\ncomment = "All of them"\npath = "${path}/there"\n`,
  });
  await daemon.said(/Advertised by mDNS/);
  const { program, args, env } = blitCommand([]);
  await Deno.mkdir(`${path}/bin`);
  await Deno.writeTextFile(
    `${path}/bin/blit`,
    `#!/bin/sh\nexec ${program} ${args.join(" ")} "$@"\n`,
  );
  await bash(`chmod +x "$1/bin/blit"; mkdir "$1/home"`, [path]);
  const denoDirectory = (await bash(`deno info --json 2>/dev/null || "$1" info --json`, [
    Deno.execPath(),
  ])).match(/"denoDir": "([^"]*)"/)?.[1] ?? "";
  const said: string[] = [];
  for (const line of await commands()) {
    assert.match(line, /^blit /);
    const words = inNamespace(client, "sh", ["-c", line.replaceAll(SHOWN, server.address)]);
    const output = await command(words.program, words.args, {
      cwd: `${path}/home`,
      env: {
        ...env,
        PATH: `${path}/bin:${Deno.env.get("PATH")}`,
        XDG_CACHE_HOME: `${path}/home`,
        XDG_CONFIG_HOME: `${path}/home`,
        DENO_DIR: denoDirectory,
      },
    });
    assert.equal(output.code, 0, `${line}:\n${output.stdout}${output.stderr}`);
    said.push(output.stdout);
  }
  const [scanned, listed, shown, , checked] = said;
  assert.match(scanned ?? "", new RegExp(`^${server.address.replaceAll(".", "\\.")}\\s`, "m"));
  assert.match(listed ?? "", /:\/photos\/\s.*All of them/);
  assert.match(shown ?? "", /one\.jpg/);
  assert.match(checked ?? "", /^No difference/);
  assert.deepEqual(await readTree(`${path}/home/photos`), await readTree(`${path}/there`));
});
