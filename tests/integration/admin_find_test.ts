import assert from "node:assert/strict";
import { find, type FindOptions } from "../../mod.ts";
import { parseEndpoint } from "../../core/endpoint/endpoint.ts";
import { findToWire } from "../../core/remote/admin/question_wire.ts";
import { connect } from "../../core/remote/grpc/mod.ts";
import { bash } from "../support/mod.ts";
import { gathered, onDaemon, refusal } from "./admin_ground.ts";

const QUESTIONS: readonly FindOptions[] = [
  {},
  { pathsOnly: true },
  { targets: true, kinds: ["symlink"] },
  { names: ["*e*", new Uint8Array([0x2a, 0xff, 0x2a])] },
  { paths: ["*/*"], ignoreCase: true },
  { regex: "[0-9]+$" },
  { kinds: ["directory"], maxDepth: 1 },
  { minSize: 1, maxSize: 100_000 },
  { minAge: 3600, maxAge: 1e10 },
  { limit: 7 },
  { maxDepth: 0 },
];

onDaemon("find through a daemon", {
  "it finds what is found at home, whatever is asked for": async (g) => {
    for (const options of QUESTIONS) {
      const local = await gathered(find(`${g.odd}/`, options));
      assert.deepEqual(
        await gathered(find(g.daemon.module("odd"), options)),
        local,
        JSON.stringify(options),
      );
    }
  },

  "what means nothing is refused before anybody is asked": async () => {
    const broken = await refusal(find("127.0.0.1:1/m/", { regex: "(" }));
    assert.deepEqual([broken.code, broken.exitCode], ["regex", 64]);
    const negative = await refusal(find("127.0.0.1:1/m/", { minSize: -1 }));
    assert.deepEqual([negative.code, negative.exitCode], ["find-options", 64]);
  },

  "a limit counts what an expression lets through, and nothing more is asked for then": async (
    g,
  ) => {
    const options = { regex: "[0-9]", limit: 3, targets: true };
    const found = await gathered(find(g.daemon.module("odd"), options));
    assert.equal(found.length, 3);
    assert.deepEqual(await gathered(find(g.daemon.module("odd"), { ...options, limit: 0 })), []);
  },

  "a daemon tries no expression, which might never end": async (g) => {
    const { host, port } = g.daemon;
    const connection = await connect(host, port, { version: "0" });
    const endpoint = parseEndpoint(g.daemon.module("odd"));
    assert.ok(endpoint.kind === "remote");
    const value = { ...findToWire(endpoint, {}), regex: "(a+)+$" };
    const body = await connection.ask({ $case: "find", value }).receive();
    connection.close();
    assert.ok(body?.$case === "abort");
    assert.match(body.value.message, /tries no regular expression/);
  },
});

onDaemon("find through a daemon that may not read everything", {
  "what cannot be read is told, and the rest is found": async (g) => {
    await bash(`mkdir -p "${g.odd}/locked/in" "${g.odd}/other" && touch "${g.odd}/other/file"
      chmod 0 "${g.odd}/locked"`);
    const found = await gathered(find(g.daemon.module("odd")));
    await bash(`chmod 755 "${g.odd}/locked"`);
    const failures = found.filter(({ type }) => type === "failure");
    const told = failures.find(({ path }) => path === "/odd/locked");
    assert.equal(told?.code, "EACCES");
    assert.match(
      String(told?.message),
      /^Cannot (open|list) "\/odd\/locked": permission denied\.$/,
    );
    assert.ok(found.some(({ path }) => path === "other/file"));
  },
}, { needs: ["nobody", "mount"], daemon: { asNobody: true } });
