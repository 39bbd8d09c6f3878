import assert from "node:assert/strict";
import { rememberHosts, seenHosts } from "../../../core/discovery/seen.ts";
import { makePlace } from "../../support/mod.ts";

const found = (name: string, endpoint: string) => ({
  name,
  host: `${name}.local`,
  addresses: [endpoint],
  port: 9031,
  endpoint,
  modules: [],
  moduleCount: 0,
  interfaces: ["eth0"],
});

/** The cache in a place of its own, whatever this user has. */
async function inCache(work: (file: string) => void | Promise<void>): Promise<void> {
  await using place = await makePlace();
  const before = Deno.env.get("XDG_CACHE_HOME");
  Deno.env.set("XDG_CACHE_HOME", place.path);
  try {
    await work(`${place.path}/blit/hosts.json`);
  } finally {
    if (before === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", before);
  }
}

const endpoints = (): string[] => seenHosts().map(({ endpoint }) => endpoint);

Deno.test("hosts that were found are seen again, the latest first and each once", () =>
  inCache((file) => {
    assert.deepEqual(seenHosts(), []);
    rememberHosts([]);
    assert.throws(() => Deno.statSync(file), "nothing is written for nothing");
    rememberHosts([found("a", "192.0.2.1"), found("b", "192.0.2.2")]);
    rememberHosts([found("c", "192.0.2.3"), found("b", "192.0.2.4")]);
    assert.deepEqual(endpoints(), ["192.0.2.3", "192.0.2.4", "192.0.2.1"]);
    assert.equal((Deno.statSync(file).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("hosts are forgotten after a week, and no more than 256 are kept", () =>
  inCache((file) => {
    rememberHosts(Array.from({ length: 300 }, (_, at) => found(`n${at}`, `10.0.${at >> 8}.${at}`)));
    assert.equal(seenHosts().length, 256);
    const old = Math.floor(Date.now() / 1000) - 8 * 86_400;
    const host = { name: "a", host: "a.local", endpoint: "192.0.2.1" };
    const hosts = [{ ...host, seen: old }, { ...host, seen: old + 2 * 86_400 }];
    Deno.writeTextFileSync(file, JSON.stringify({ hosts }));
    assert.equal(seenHosts().length, 1);
  }));

Deno.test("a cache that is broken or cannot be written to is none", () =>
  inCache((file) => {
    rememberHosts([found("a", "192.0.2.1")]);
    for (const text of ["", "{", "[]", "null", '{"hosts":7}', '{"hosts":[null,{"seen":1}]}']) {
      Deno.writeTextFileSync(file, text);
      assert.deepEqual(seenHosts(), []);
    }
    Deno.removeSync(file);
    Deno.mkdirSync(file);
    rememberHosts([found("a", "192.0.2.1")]);
    assert.deepEqual(seenHosts(), []);
    assert.deepEqual([...Deno.readDirSync(`${file}/..`)].map(({ name }) => name), ["hosts.json"]);
  }));

Deno.test("no link that lies where the cache is made is followed", () =>
  inCache((file) => {
    const folder = file.replace(/\/[^/]*$/, "");
    const other = `${folder}/../other`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(other, "kept");
    Deno.symlinkSync("../other", `${file}.${Deno.pid}`);
    rememberHosts([found("a", "192.0.2.1")]);
    assert.equal(Deno.readTextFileSync(other), "kept");
    Deno.removeSync(`${file}.${Deno.pid}`);
    Deno.symlinkSync("../other", file);
    rememberHosts([found("a", "192.0.2.1")]);
    assert.equal(Deno.readTextFileSync(other), "kept");
    assert.deepEqual(endpoints(), ["192.0.2.1"]);
  }));
