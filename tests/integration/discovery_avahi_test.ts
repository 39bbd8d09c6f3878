import assert from "node:assert/strict";
import { VERSION } from "../../core/version.ts";
import { noAvahi, startAvahi, startDaemon } from "../support/mod.ts";
import { onTwoHosts, untilLinkLocal } from "./discovery_ground.ts";

/** The lines that avahi-browse --parsable prints for services with addresses. */
function resolved(stdout: string): string[][] {
  return stdout.split("\n").filter((line) => line.startsWith("=")).map((line) => line.split(";"));
}

/** The strings of a TXT record as avahi-browse prints them. */
function strings(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, string = ""]) => string).sort();
}

onTwoHosts("avahi-browse sees a daemon with its records, and its goodbye", async (ground) => {
  await untilLinkLocal(ground);
  await using avahi = await startAvahi(ground.client);
  await using daemon = await startDaemon({
    namespace: ground.server,
    bind: "::",
    mdns: true,
    args: ["--mdns-name", "Kim's disk, v2.1"],
    config: `[daemon]\nroot = "/usr"\n` +
      `[[module]]\nname = "photos"\npath = "/usr"\n[[module]]\nname = "in box"\npath = "/usr"\n`,
  });
  await daemon.said(/Advertised by mDNS as .*Kim's disk, v2\.1.* on .*cable-s/);
  await using watching = avahi.start("avahi-browse", "--parsable", "_blit._tcp");
  const { stdout } = await avahi.run("avahi-browse", "-rtp", "_blit._tcp");
  const seen = resolved(stdout).filter(([, device]) => device === "cable-c");
  assert.deepEqual(seen.map(([, , family]) => family).sort(), ["IPv4", "IPv6"]);
  for (const [, , , name, type, domain, host, , port, text = ""] of seen) {
    assert.deepEqual([name, type, domain, port], [
      "Kim\\039s\\032disk\\044\\032v2\\.1",
      "_blit._tcp",
      "local",
      String(daemon.port),
    ]);
    // The host of Avahi is called the same, and was there before.
    assert.equal(host, `${Deno.hostname().split(".")[0]}-2.local`);
    const [id = "", ...others] = strings(text).sort((a, b) =>
      +b.startsWith("id=") - +a.startsWith("id=")
    );
    assert.match(id, /^id=[0-9a-f]{8}$/);
    assert.deepEqual(others, [
      "auth=none",
      "default=yes",
      "m=photos/in box",
      "modules=2",
      "proto=1.0",
      `v=${VERSION}`,
    ]);
  }
  const types = await avahi.run("avahi-browse", "--all", "--terminate", "--parsable");
  assert.match(types.stdout, /^\+;cable-c;IPv4;Kim.*;_blit\._tcp;local$/m);
  assert.match((await avahi.run("avahi-resolve", "-4n", host(seen))).stdout, /\t10\.213\.0\.2$/m);
  await daemon.stop();
  for (const family of ["IPv4", "IPv6"]) {
    await until(() => new RegExp(`^-;cable-c;${family};Kim`, "m").test(watching.stdout()));
  }
}, noAvahi());

onTwoHosts("scan finds what avahi-publish announces, whatever it is called", async (ground) => {
  await using avahi = await startAvahi(ground.server);
  const text = [
    "v=9.8.7",
    "proto=2.1",
    "modules=7",
    "m=one/two two/",
    "auth=token",
    "odd",
    "=",
    "m=",
  ];
  await using published = avahi.start(
    ...["avahi-publish", "-s", "Avahi's bo\tx.2", "_blit._tcp", "9999"] as const,
    ...text,
  );
  await published.said(/Established/);
  await using bare = avahi.start("avahi-publish", "-s", "bare", "_blit._tcp", "9031");
  await bare.said(/Established/);
  const found = (await ground.scan(ground.client)).sort((a, b) => b.port - a.port);
  const [full, plain] = found;
  assert.equal(found.length, 2);
  assert.deepEqual({ ...full, addresses: undefined, host: undefined }, {
    type: "found",
    name: "Avahi's bo\tx.2",
    host: undefined,
    addresses: undefined,
    port: 9999,
    endpoint: "10.213.0.2:9999",
    version: "9.8.7",
    protocol: "2.1",
    authentication: "token",
    modules: ["one", "two two"],
    module_count: 7,
    interfaces: ["cable-c"],
  });
  assert.match(full?.host ?? "", /\.local$/);
  assert.equal(full?.addresses[0], "10.213.0.2");
  assert.deepEqual([plain?.name, plain?.endpoint, plain?.modules], ["bare", "10.213.0.2", []]);
  const table = await ground.blit(ground.client, "scan");
  assert.match(
    table.stdout,
    /^10\.213\.0\.2:9999\tAvahi's bo\\tx\.2\t.*\tone, two two, and 5 more$/m,
  );
  assert.match(table.stdout, /^10\.213\.0\.2\tbare\t[^\t]*\t\?\tcable-c\tnone$/m);
}, noAvahi());

onTwoHosts("a daemon gives way to a service of its name that was there before", async (ground) => {
  await using avahi = await startAvahi(ground.client);
  await using published = avahi.start("avahi-publish", "-s", "box", "_blit._tcp", "9999");
  await published.said(/Established/);
  await using daemon = await startDaemon({
    namespace: ground.server,
    root: "/usr",
    mdns: true,
    args: ["--mdns-name", "box"],
  });
  await daemon.said(/The name .*box.* is taken on cable-s; trying .*box \(2\)/);
  await daemon.said(/Advertised by mDNS as .*box \(2\)/);
  const { stdout } = await avahi.run("avahi-browse", "-tp", "_blit._tcp");
  assert.match(stdout, /;cable-c;IPv4;box;/);
  assert.match(stdout, /;cable-c;IPv4;box\\032\\0402\\041;/);
  assert.doesNotMatch(published.stderr(), /collision/i);
}, noAvahi());

function host(seen: readonly string[][]): string {
  return seen[0]?.[6] ?? "";
}

/** Waits until something holds; a test that never sees it ends by its own limit. */
async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!holds()) {
    assert.ok(performance.now() < end, "it did not come to hold within a minute");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
