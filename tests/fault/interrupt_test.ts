import assert from "node:assert/strict";
import {
  assertCode,
  bigFile,
  bigTree,
  onGround,
  plant,
  startBlit,
  temporariesIn,
} from "../support/mod.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  onGround(`${signal} ends a run with 130, no temporary left and nothing half`, async (g) => {
    await bigTree(g.source, 30, 100, 2000);
    await bigFile(`${g.source}/big`, 200_000_000);
    await plant(g.destination, { "big": "old", "extra": "extra" });
    const child = startBlit(["mirror", "-y", "source/", "destination"], {
      cwd: g.path,
      env: g.backend.env,
    });
    // Once something has arrived.
    while ([...Deno.readDirSync(g.destination)].length < 6) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill(signal);
    const { code } = await child.status;
    assert.ok(code === 130 || signal === "SIGTERM" && code === 143 || code === 0, `ended ${code}`);
    assert.deepEqual(await temporariesIn(g.destination), []);
    const { size } = await Deno.stat(`${g.destination}/big`);
    assert.ok(size === 3 || size === 200_000_000, `big has ${size} bytes`);
    if (code !== 0) assert.equal(await Deno.readTextFile(`${g.destination}/extra`), "extra");
    assertCode(await g.blit("mirror", "-y", "source/", "destination"), 0);
    await g.compare();
  });
}
