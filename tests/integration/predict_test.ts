import assert from "node:assert/strict";
import {
  assertCode,
  type CommandOutput,
  makePlace,
  run,
  runBlit,
  startDaemon,
} from "../support/mod.ts";

const LINUX = Deno.build.os === "linux";
const MODULE = new URL("../../core/predict/mod.ts", import.meta.url).href;

/** A place for predictions and something to copy. */
interface Scene {
  readonly path: string;
  /** The file of predictions. */
  readonly file: string;
  readonly env: Record<string, string>;
  blit(...args: string[]): Promise<CommandOutput>;
  /** What an expression over the module `predict` gives in a process of its own. */
  ask(expression: string): Promise<unknown>;
}

function withPredictions(name: string, fn: (scene: Scene) => Promise<void>, ignore = !LINUX): void {
  Deno.test({
    name: ignore ? `${name} (ignored here)` : name,
    ignore,
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      const env = { BLIT_DISABLE_LOCAL_TELEMETRY: "0", XDG_CONFIG_HOME: `${path}/config` };
      await fn({
        path,
        file: `${path}/config/blit/predictions.json`,
        env,
        blit: (...args) => runBlit(args, { cwd: path, env }),
        ask: async (expression) => {
          const code = `const predict = await import(${JSON.stringify(MODULE)});
            console.log(JSON.stringify(${expression}) ?? "null");`;
          return JSON.parse(await run(Deno.execPath(), ["eval", "--no-check", code], { env }));
        },
      });
    },
  });
}

withPredictions(
  "runs to and from a server teach how fast it is, without its name",
  async (scene) => {
    const { path, file, blit, ask } = scene;
    await Deno.mkdir(`${path}/served`);
    await Deno.writeFile(`${path}/large`, new Uint8Array(192 << 20));
    await using daemon = await startDaemon({ root: `${path}/served` });
    const port = /:(\d+)/.exec(daemon.endpoint())?.[1] ?? "";
    const rate = (direction: string, at = port): Promise<unknown> =>
      ask(`predict.linkRate({ host: "127.0.0.1", port: ${at} }, "${direction}")`);
    assert.equal(await rate("push"), null);
    assertCode(await blit("copy", "large", daemon.endpoint("a")), 0);
    const one = await rate("push") as { bytesPerSecond: number; confidence: number };
    assert.ok(one.bytesPerSecond > 1e6 && one.bytesPerSecond < 1e11, JSON.stringify(one));
    assert.equal(await rate("pull"), null);
    assertCode(await blit("copy", "--ignore-times", "large", daemon.endpoint("a")), 0);
    assertCode(await blit("copy", daemon.endpoint("a"), "fetched"), 0);
    assert.ok(await rate("pull") !== null);
    assert.equal(await rate("push", "1"), null);
    const text = await Deno.readTextFile(file);
    assert.doesNotMatch(text, /127\.0|large|served|\//);
    assert.equal((await Deno.stat(file)).mode ?? 0, 0o100600);
  },
);

withPredictions("a small transfer says nothing of a link", async ({ path, blit, file }) => {
  await Deno.mkdir(`${path}/served`);
  await Deno.writeTextFile(`${path}/small`, "x");
  await using daemon = await startDaemon({ root: `${path}/served` });
  assertCode(await blit("copy", "small", daemon.endpoint("a")), 0);
  await assert.rejects(Deno.lstat(file), Deno.errors.NotFound);
});
