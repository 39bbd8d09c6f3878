import assert from "node:assert/strict";
import { onGround, startDaemon } from "../support/mod.ts";
import { objectsOf, utils } from "./looking_scene.ts";

const LINUX = { only: "linux", onlyLocal: true } as const;

function configOf(path: string): string {
  return [
    "[daemon]",
    'motd = "Welcome\\u001b[31m\\nto the archive"',
    "[[module]]",
    'name = "photos"',
    `path = "${path}"`,
    'comment = "Pictures\\tand films"',
    "read_only = true",
    "[[module]]",
    'name = "in box"',
    `path = "${path}"`,
  ].join("\n");
}

onGround("list prints what a daemon exports, with tabs where nobody looks", async (g) => {
  await using daemon = await startDaemon({ config: configOf(g.path), root: g.path });
  const host = `${daemon.host}:${daemon.port}`;
  const expected = [
    `${host}/photos/\tread-only\tPictures\\tand films`,
    `${host}/in box/\tread-write\t`,
    `${host}//\tread-write\twhat it exports by default`,
    "",
  ].join("\n");
  const listed = await utils(g, "list", host);
  assert.deepEqual([listed.code, listed.stdout, listed.stderr], [0, expected, ""]);
  assert.equal((await utils(g, "ls", host)).stdout, expected);
  assert.equal((await g.blit("list", host)).stdout, expected);
}, LINUX);

onGround("list --json is as the published schema says", async (g) => {
  await using daemon = await startDaemon({ config: configOf(g.path), root: g.path });
  const host = `${daemon.host}:${daemon.port}`;
  const [first, photos, inBox, byDefault, summary] = objectsOf(
    await utils(g, "list", "--json", host),
  );
  assert.deepEqual([first?.type, first?.host, first?.port], ["daemon", daemon.host, daemon.port]);
  assert.equal(first?.motd, "Welcome\x1b[31m\nto the archive");
  assert.deepEqual(photos, {
    type: "module",
    name: "photos",
    endpoint: `${host}/photos/`,
    comment: "Pictures\tand films",
    read_only: true,
    default: false,
  });
  assert.deepEqual([inBox?.name, inBox?.read_only], ["in box", false]);
  assert.deepEqual([byDefault?.default, byDefault?.endpoint], [true, `${host}//`]);
  assert.deepEqual([summary?.type, summary?.entries], ["summary", 3]);
}, LINUX);

onGround("list says why it cannot ask, with the right exit code", async (g) => {
  const cases: [string, number, RegExp][] = [
    ["127.0.0.1:1", 1, /127\.0\.0\.1/],
    ["no-such-host.invalid", 1, /no-such-host\.invalid/],
    ["server:/module/", 64, /only the server is asked for/],
    ["bad host", 64, /is not a host/],
  ];
  for (const [host, code, sentence] of cases) {
    const output = await utils(g, "list", host);
    assert.equal(output.code, code, output.stderr);
    assert.match(output.stderr, sentence);
    assert.match(output.stderr, /^blit-utils: [^\n]*\n$/);
    const [error] = objectsOf(await utils(g, "list", "--json", host));
    assert.deepEqual([error?.type, error?.exit_code], ["error", code]);
  }
}, LINUX);
