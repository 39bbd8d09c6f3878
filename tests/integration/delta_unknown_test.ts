import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  bigFile,
  type DaemonAddress,
  onRemote,
  summaryOf,
} from "../support/mod.ts";
import { expectSlowLink, historyIn } from "./delta_ground.ts";

const SIZE = 12 << 20;

/**
 * Stands before a daemon's port, and lets neither end hear that the other knows of differences, or
 * the client alone.
 */
function deaf(
  { host: hostname, port }: DaemonAddress,
  who: "both" | "client" = "both",
): AsyncDisposable & { readonly port: number } {
  const listener = Deno.listen({ hostname, port: 0 });
  const open = new Set<Deno.Conn>();
  const word = new TextEncoder().encode("differences");
  const carry = async (from: Deno.Conn, to: Deno.Conn, isDeaf: boolean): Promise<void> => {
    const buffer = new Uint8Array(1 << 16);
    try {
      for (let got = await from.read(buffer); got !== null; got = await from.read(buffer)) {
        for (let at = 0; isDeaf && at + word.length <= got; at++) {
          if (word.every((byte, n) => buffer[at + n] === byte)) buffer[at] = 0x58;
        }
        for (let at = 0; at < got;) at += await to.write(buffer.subarray(at, got));
      }
    } catch {
      // One of the two is gone.
    }
    for (const conn of [from, to]) if (open.delete(conn)) conn.close();
  };
  const work: Promise<unknown>[] = [];
  work.push((async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname, port });
      for (const conn of [client, server]) open.add(conn);
      work.push(carry(client, server, who === "both"), carry(server, client, true));
    }
  })());
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of [...open]) if (open.delete(conn)) conn.close();
      await Promise.allSettled(work);
    },
  };
}

onRemote("an end that does not know of differences is sent none, and sends none", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await using between = deaf(g.daemon);
  const here = `${g.source}/big`;
  const by = (endpoint: string): string =>
    endpoint.replace(`:${g.daemon.port}`, `:${between.port}`);
  await bigFile(here, SIZE);
  let time = 2_000_000_000;
  for (const options of [[], ["--resume"]]) {
    await bash(
      `cp "$1" "$2/big"; printf x | dd of="$1" bs=1 seek=5000000 conv=notrunc status=none
      touch -d @$3 "$1"; sleep 0.1`,
      [here, g.destination, String(time++)],
    );
    await expectSlowLink(g.path, { ...g.daemon, port: between.port });
    const words = ["copy", "-a", "--json", ...options, by(g.from()), by(g.to())];
    const output = await g.blitWith({ env: historyIn(g.path) }, ...words);
    assertCode(output, 0);
    const { bytes_resumed: kept, wire_bytes: wire } = summaryOf(output);
    assert.equal(kept, 0);
    assert.ok(Number(wire) >= SIZE);
    assert.equal(output.stdout.includes('"no-resume"'), options.length > 0, output.stdout);
    await g.compare();
  }
}, { directions: ["push", "pull", "relay"] });

onRemote("a daemon that resumes and does not say that it can is sent everything", async (g) => {
  await Deno.mkdir(g.source);
  await Deno.mkdir(g.destination);
  await using between = deaf(g.daemon, "client");
  const here = `${g.source}/big`;
  // So large that what it has is told in parts.
  const size = 6 * SIZE;
  await bigFile(here, size);
  await bash(
    `cp "$1" "$2/big"; printf x | dd of="$1" bs=1 seek=5000000 conv=notrunc status=none
    touch -d @2000000000 "$1"; sleep 0.1`,
    [here, g.destination],
  );
  const to = g.to().replace(`:${g.daemon.port}`, `:${between.port}`);
  const output = await g.blit("copy", "-a", "--json", "--resume", g.from(), to);
  assertCode(output, 0);
  assert.match(output.stdout, /"no-resume"/);
  assert.ok(Number(summaryOf(output).wire_bytes) >= size);
  await g.compare();
}, { directions: ["push"] });
