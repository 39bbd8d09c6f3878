import assert from "node:assert/strict";
import { connectData } from "../../../core/remote/data/mod.ts";
import { DataPort } from "../../../core/remote/session/data_port.ts";
import { needing } from "../../support/host.ts";

const WAIT_MS = 5000;

Deno.test(
  needing("a session's connections come to any of a daemon's addresses", "ipv6"),
  async () => {
    const hosts = ["127.0.0.1", "::1"];
    const session = new Uint8Array(16).fill(7);
    const data = new DataPort(hosts, 0, WAIT_MS, WAIT_MS);
    const admission = await data.expect(session, hosts.length);
    for (const [stream, host] of hosts.entries()) {
      const client = await connectData(host, data.port, admission.tokens[stream] ?? session);
      const arrived = await admission.arrived(stream);
      assert(arrived?.kind === "tcp");
      arrived.conn.close();
      client.close();
    }
    admission.forget();
    data.close();
  },
);

Deno.test("a data port that cannot have all addresses keeps none", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assert.throws(() => new DataPort(["127.0.0.2", "127.0.0.1"], port, WAIT_MS, WAIT_MS), {
    message: /^Address already in use/,
  });
  Deno.listen({ hostname: "127.0.0.2", port }).close();
});
