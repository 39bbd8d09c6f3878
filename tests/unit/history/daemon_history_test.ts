import assert from "node:assert/strict";
import { openDaemonHistory } from "../../../core/history/daemon_history.ts";

Deno.test("a daemon keeps no history in a place that may hang, the root included", async () => {
  const folder = await Deno.makeTempDir({ prefix: "blit-test-" });
  const given = {
    BLIT_DISABLE_LOCAL_TELEMETRY: "0",
    STATE_DIRECTORY: `${folder}/state`,
  };
  const before = Object.keys(given).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(given)) Deno.env.set(name, value);
  try {
    const isKept = (...hanging: string[]): boolean => openDaemonHistory(hanging) !== undefined;
    assert.ok(isKept());
    assert.ok(isKept(`${folder}/sta`, `${folder}/state/below`, "/elsewhere"));
    for (const mount of ["/", folder, `${folder}/state`]) {
      assert.ok(!isKept("/elsewhere", mount), mount);
    }
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await Deno.remove(folder, { recursive: true });
  }
});
