import assert from "node:assert/strict";
import { formatEndpoint, parseEndpoint } from "../../../core/endpoint/endpoint.ts";
import { parseHost } from "../../../core/endpoint/host.ts";
import type { PathLike } from "../../../core/endpoint/mod.ts";
import { TransferError } from "../../../core/transfer/failure.ts";

const encoder = new TextEncoder();

/** host, port, module, path, content */
type Place = readonly [string, number, string | undefined, string, boolean];

function placeOf(given: PathLike): Place {
  const endpoint = parseEndpoint(given);
  assert.ok(endpoint.kind === "remote", String(given));
  const path = new TextDecoder("utf-8", { fatal: true }).decode(endpoint.path);
  return [endpoint.host, endpoint.port, endpoint.module, path, endpoint.content];
}

function refusal(act: () => unknown): TransferError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof TransferError, String(error));
    assert.equal(error.exitCode, 64);
    assert.match(error.message, /[.]$/);
    return error;
  }
  throw new assert.AssertionError({ message: `not refused: ${act}` });
}

Deno.test("every form of a remote place is read", () => {
  const forms: Readonly<Record<string, Place>> = {
    "server:/m/": ["server", 9031, "m", "", true],
    "server:/m/p": ["server", 9031, "m", "p", false],
    "server:/m/p/": ["server", 9031, "m", "p", true],
    "server:/m/a b/c:d": ["server", 9031, "m", "a b/c:d", false],
    "server:/m/p/.": ["server", 9031, "m", "p", true],
    "server:/m//a/./b///c": ["server", 9031, "m", "a/b/c", false],
    "server:/m/...": ["server", 9031, "m", "...", false],
    "server:/my photos: all/x": ["server", 9031, "my photos: all", "x", false],
    "server:/Größe/é": ["server", 9031, "Größe", "é", false],
    "server://": ["server", 9031, undefined, "", true],
    "server://p": ["server", 9031, undefined, "p", false],
    "server:///srv/x": ["server", 9031, undefined, "srv/x", false],
    "server:9032/m/p": ["server", 9032, "m", "p", false],
    "server:9032//p": ["server", 9032, undefined, "p", false],
    "server:9032//": ["server", 9032, undefined, "", true],
    "server:1/m/": ["server", 1, "m", "", true],
    "server:65535/m/": ["server", 65535, "m", "", true],
    "SERVER.Example:/M/P": ["server.example", 9031, "M", "P", false],
    "server.example.:/m/": ["server.example.", 9031, "m", "", true],
    "my_host-1:/m/": ["my_host-1", 9031, "m", "", true],
    "127.0.0.1:/m/": ["127.0.0.1", 9031, "m", "", true],
    "127.0.0.1:9032//x": ["127.0.0.1", 9032, undefined, "x", false],
    "[::1]:/m/": ["::1", 9031, "m", "", true],
    "[::1]://": ["::1", 9031, undefined, "", true],
    "[2001:DB8:0:0::7]:9032//x": ["2001:db8::7", 9032, undefined, "x", false],
    "[fe80::1%eth0]:9032/m/x": ["fe80::1%eth0", 9032, "m", "x", false],
    "[::ffff:192.0.2.7]:/m/": ["::ffff:c000:207", 9031, "m", "", true],
    "BÜCHER.example:/m/": ["xn--bcher-kva.example", 9031, "m", "", true],
    "bücher。example:/m/": ["xn--bcher-kva.example", 9031, "m", "", true],
    "c:9031/m/": ["c", 9031, "m", "", true],
    "file:9031//x": ["file", 9031, undefined, "x", false],
    "rsync:9031//x/y": ["rsync", 9031, undefined, "x/y", false],
    "rsync:/m/": ["rsync", 9031, "m", "", true],
  };
  for (const [given, place] of Object.entries(forms)) {
    assert.deepEqual(placeOf(given), place, given);
    assert.deepEqual(placeOf(encoder.encode(given)), place, given);
  }
});

Deno.test("what has a way to be local is local", () => {
  const local: readonly PathLike[] = [
    ..."a /x:y ./a:b ../a:b a/b:c /c:/d C: c: C:\\x c:\\x:y C:/x z:/ dir\\a:b".split(" "),
    "",
    "-",
    "[a].txt",
    encoder.encode("/srv/x:y"),
    new Uint8Array([0xff]),
    new URL("file:///x:y"),
    new URL("https://example.org/x"),
  ];
  for (const given of local) {
    assert.deepEqual(parseEndpoint(given), { kind: "local", path: given });
    assert.equal(formatEndpoint({ kind: "local", path: given }), given);
  }
  assert.equal(formatEndpoint({ kind: "local", path: "a:b" }), "./a:b");
});

Deno.test("a file: URL given as text or bytes is one", () => {
  const href = (given: PathLike): string => {
    const endpoint = parseEndpoint(given);
    assert.ok(endpoint.kind === "local" && endpoint.path instanceof URL);
    return endpoint.path.href;
  };
  assert.equal(href("file:///srv/a%20b"), "file:///srv/a%20b");
  assert.equal(href("FILE:/srv/x"), "file:///srv/x");
  assert.equal(href("file:///a b?c#d\n\\"), "file:///a%20b%3fc%23d%0a%5c");
  assert.equal(href(new Uint8Array([...encoder.encode("file:///"), 0xff])), "file:///%ff");
  assert.equal(refusal(() => parseEndpoint("file://[/x")).code, "path-url");
});

Deno.test("names of any bytes are kept", () => {
  const given = new Uint8Array([...encoder.encode("server:/m/"), 0xff, 10, 47, 0xfe, 92, 47]);
  const endpoint = parseEndpoint(given);
  assert.ok(endpoint.kind === "remote");
  assert.deepEqual([...endpoint.path], [0xff, 10, 47, 0xfe, 92]);
  assert.equal(endpoint.content, true);
  assert.equal(endpoint.text, "server:/m/\\xff\\n/\\xfe\\\\/");
  assert.deepEqual(formatEndpoint(endpoint), given);
});

Deno.test("a module without its slash is refused with both corrections", () => {
  for (
    const [given, first, second] of [
      ["server:/photos", "server:/photos/", "server://photos"],
      ["server:9032/photos", "server:9032/photos/", "server:9032//photos"],
      ["[::1]:/photos", "[::1]:/photos/", "[::1]://photos"],
    ] as const
  ) {
    const { code, message } = refusal(() => parseEndpoint(given));
    assert.equal(code, "endpoint-module");
    assert.ok(message.includes(`"${first}"`) && message.includes(`"${second}"`), message);
  }
});

Deno.test("what is no place is refused with what to write instead", () => {
  const wrong: readonly (readonly [string, string, ...string[]])[] = [
    ["server:path", "endpoint-port", '"server:/path/"', '"server://path"', '"./server:path"'],
    ["server:dir/x", "endpoint-port", '"server:/dir/x"', '"server://dir/x"'],
    ["server:90x1/m/", "endpoint-port", '"server:/90x1/m/"'],
    ["server:-1/m/", "endpoint-port"],
    ["server:1:2/m/", "endpoint-port"],
    ["server:9032:/m/x", "endpoint-port", '"server:9032/m/x"', '"./server:9032:/m/x"'],
    ["server:9032:", "endpoint-port", '"server:9032/module/"'],
    ["c:x", "endpoint-port", '"./c:x"'],
    ["server:0/m/", "endpoint-port", '"0"', "from 1 to 65535"],
    ["server:65536/m/", "endpoint-port", '"65536"'],
    ["server:09031/m/", "endpoint-port", "without a zero before"],
    ["server:123456789012345678901234567890//x", "endpoint-port"],
    ["server:", "endpoint-module", '"server:/MODULE/"', '"server://"'],
    ["server:/", "endpoint-module", '"server:/MODULE/"', '"server://"'],
    ["server:9032", "endpoint-module", '"server:9032/MODULE/"', '"server:9032//"'],
    ["server:9032/", "endpoint-module", '"server:9032//"'],
    ["[::1]:", "endpoint-module", '"[::1]:/MODULE/"'],
    [":", "endpoint-host", "No host"],
    [":/m/", "endpoint-host", "No host", '"./:/m/"'],
    ["://m", "endpoint-host"],
    ["my file:/m/", "endpoint-host", '"my file"', '"./my file:/m/"'],
    ["a..b:/m/", "endpoint-host"],
    ["server..:/m/", "endpoint-host"],
    [".:/m/", "endpoint-host"],
    ["-x:/m/", "endpoint-host"],
    ["a%20b:/m/", "endpoint-host"],
    ["127.1:/m/", "endpoint-host"],
    ["256.0.0.1:/m/", "endpoint-host"],
    ["010.0.0.1:/m/", "endpoint-host"],
    ["127.0.0.1.:/m/", "endpoint-host"],
    ["12:/m/", "endpoint-host"],
    ["0x7f:/m/", "endpoint-host"],
    [`${"a".repeat(64)}:/m/`, "endpoint-host"],
    [`${"a.".repeat(130)}b:/m/`, "endpoint-host"],
    ["[]:/m/", "endpoint-host"],
    ["[x]:/m/", "endpoint-host"],
    ["[1.2.3.4]:/m/", "endpoint-host"],
    ["[1::2::3]:/m/", "endpoint-host"],
    ["[::1%]:/m/", "endpoint-host"],
    ["[::1]9031/m/", "endpoint-host"],
    ["[::1/m/", "endpoint-host"],
    ["::1:/m/", "endpoint-host", '"[::1]:/m/"'],
    ["fe80::1%eth0:/m/x", "endpoint-host", '"[fe80::1%eth0]:/m/x"'],
    ["user@server:/m/x", "endpoint-user", '"server:/module/path"'],
    ["user@server:x", "endpoint-user", '"server://path"'],
    ["rsync://server/m/x", "endpoint-url", '"server:/m/x"', '"rsync:9031//server/m/x"'],
    ["rsync://server/m", "endpoint-url", '"server:/m/"'],
    ["ssh://server:9032/m/x", "endpoint-url", '"server:9032/m/x"'],
    ["HTTP://server", "endpoint-url", '"server:/module/"'],
    ["rsync://", "endpoint-url"],
    ["server:/./x", "endpoint-module"],
    ["server:/../x", "endpoint-module"],
    ["server:/a\nb/x", "endpoint-module"],
    ["server:/m/..", "endpoint-path", '".."'],
    ["server:/m/a/../b", "endpoint-path"],
    ["server://../x", "endpoint-path"],
    ["server:9032//a/..", "endpoint-path"],
    ["server:/m/a\0b", "path-nul"],
  ];
  for (const [given, code, ...parts] of wrong) {
    const error = refusal(() => parseEndpoint(given));
    assert.equal(error.code, code, `${given}: ${error.message}`);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(error.message, /[\x00-\x1f]/);
  }
  const host = refusal(() => parseEndpoint(new Uint8Array([0xff, 58, 47, 109, 47])));
  assert.equal(host.code, "endpoint-host");
  const module = refusal(() => parseEndpoint(new Uint8Array([97, 97, 58, 47, 0xff, 47])));
  assert.equal(module.code, "endpoint-module");
});

Deno.test("a server alone is read where one is asked for", () => {
  const hosts: Readonly<Record<string, readonly [string, number, string]>> = {
    "server": ["server", 9031, "server"],
    "Server.Example:9032": ["server.example", 9032, "server.example:9032"],
    "server:9031": ["server", 9031, "server"],
    "192.0.2.7": ["192.0.2.7", 9031, "192.0.2.7"],
    "::1": ["::1", 9031, "[::1]"],
    "[::1]": ["::1", 9031, "[::1]"],
    "[fe80::1%eth0]:9032": ["fe80::1%eth0", 9032, "[fe80::1%eth0]:9032"],
    "c": ["c", 9031, "c"],
  };
  for (const [given, [host, port, text]] of Object.entries(hosts)) {
    const endpoint = parseHost(given);
    assert.deepEqual(endpoint, { kind: "host", host, port, text: given });
    assert.equal(formatEndpoint(endpoint), text);
    assert.deepEqual(parseHost(encoder.encode(given)), endpoint);
  }
  for (const given of ["", "a b", "server:", "server:x", "server:0", ":9032", "a@b", "\0", "[x]"]) {
    assert.match(refusal(() => parseHost(given)).code, /^endpoint-(host|port)$/);
  }
  for (const given of ["server:/m/", "server/", "server://x", "server:9032/m/x"]) {
    assert.match(refusal(() => parseHost(given)).message, /write "server(:9032)?"\.$/);
  }
});

Deno.test("every form of the documentation means what it says", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/endpoints.md", import.meta.url));
  const [forms = "", , refusals = ""] = page.split("\n## ");
  const firstColumn = (table: string): string[] =>
    table.split("\n").filter((line) => line.startsWith("| `"))
      .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
      .map((match) => match[1] ?? "");
  const local = /^(\.|\/|dir|C:|file:)/;
  const written = firstColumn(forms);
  assert.ok(written.length >= 18, String(written.length));
  for (const form of written) {
    assert.equal(parseEndpoint(form).kind, local.test(form) ? "local" : "remote", form);
  }
  const refused = firstColumn(refusals).filter((form) => form !== "c://docs");
  assert.ok(refused.length >= 12, String(refused.length));
  for (const form of refused) refusal(() => parseEndpoint(form));
});
