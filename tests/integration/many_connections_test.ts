import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inBackground, makePlace, startDaemon } from "../support/mod.ts";

const CLIENT = fileURLToPath(new URL("../support/link/many.ts", import.meta.url));

Deno.test("a hundred closed connections and a graceful stop leave client and daemon alive", async () => {
  await using place = await makePlace();
  // What malloc frees is overwritten: use after free is found at once, not now and then.
  const env = { MALLOC_PERTURB_: "165", NO_COLOR: "1" };
  await using daemon = await startDaemon({ root: place.path, env });
  const args = ["run", "--quiet", "-A", CLIENT, daemon.host, String(daemon.port), "100"];
  await using client = inBackground(Deno.execPath(), args, { env });
  await client.said(/^ready$/m, 60_000);
  assert.equal((await daemon.stop()).code, 0, daemon.stderr());
  assert.equal((await client.ended()).code, 0, client.stderr());
  assert.equal(client.stderr(), "ready\nalive\n");
});
