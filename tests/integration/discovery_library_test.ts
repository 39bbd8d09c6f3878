import assert from "node:assert/strict";
import { Advertiser, listensOn, scan } from "../../core/discovery/mod.ts";

Deno.test("what is advertised is found by the library, and nothing stays open", async () => {
  const name = `test ${crypto.randomUUID()}`;
  const said: string[] = [];
  const { promise: established, resolve: establish } = Promise.withResolvers<void>();
  const log = {
    info: (message: string): void => {
      said.push(message);
      establish();
    },
    warning: (message: string): void => {
      said.push(message);
    },
  };
  const advertiser = new Advertiser({
    name,
    hostname: name,
    port: 65_000,
    facts: {
      version: "1.2.3",
      protocol: "1.0",
      modules: ["a", "b"],
      defaultExport: false,
      authentication: "none",
      id: "5f2c90aa",
    },
    listens: listensOn(["127.0.0.1"]),
    log,
  });
  await advertiser.start();
  const late = setTimeout(establish, 60_000);
  await established;
  clearTimeout(late);
  assert.match(said.join("\n"), /^Advertised by mDNS as "test .*, on this machine only \(.*\)\.$/);
  const signal = AbortSignal.timeout(60_000);
  for await (const found of scan({ timeoutMs: 30_000, signal })) {
    if (found.name !== name) continue;
    assert.deepEqual({ ...found, name: "", host: "", interfaces: [] }, {
      name: "",
      host: "",
      addresses: ["127.0.0.1"],
      port: 65_000,
      endpoint: "127.0.0.1:65000",
      version: "1.2.3",
      protocol: "1.0",
      modules: ["a", "b"],
      moduleCount: 2,
      defaultExport: false,
      authentication: "none",
      interfaces: [],
    });
    said.push("found");
    // Who has what was looked for need not wait for the rest.
    break;
  }
  assert.equal(said.at(-1), "found");
  await advertiser.stop();
});

Deno.test("a scan that is aborted throws the signal's reason, before and meanwhile", async () => {
  const collect = async (signal: AbortSignal): Promise<void> => {
    for await (const _ of scan({ timeoutMs: 60_000, signal }));
  };
  await assert.rejects(collect(AbortSignal.abort(new Error("before"))), /^Error: before$/);
  const controller = new AbortController();
  const ending = assert.rejects(collect(controller.signal), /^Error: meanwhile$/);
  setTimeout(() => controller.abort(new Error("meanwhile")), 100);
  await ending;
});

Deno.test("without permissions a scan ends with a sentence", async () => {
  const script = `const { scan } = await import("${new URL(
    "../../core/discovery/mod.ts",
    import.meta.url,
  )}");
    try { for await (const _ of scan()); } catch (error) { console.log(error.code, error.message); }`;
  for (const flags of [["--allow-sys"], ["--allow-net"]]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", ...flags, `data:text/javascript,${encodeURIComponent(script)}`],
      stderr: "null",
    }).output();
    assert.match(
      new TextDecoder().decode(stdout),
      /^multicast-unavailable Cannot look for daemons: .*(--allow-net|--allow-sys)/,
    );
  }
});
