/**
 * The daemon's program with other limits, so that tests need not wait as long as people do:
 * BLIT_TEST_LIMITS has them as JSON.
 */
import { run } from "../../daemon/run.ts";
import type { Limits } from "../../core/remote/server.ts";
import { startSessions } from "../../core/remote/serve.ts";

const limits: Partial<Limits> = JSON.parse(Deno.env.get("BLIT_TEST_LIMITS") ?? "{}");

Deno.exit(
  await run(
    Deno.args,
    (settings, log) =>
      startSessions({ ...settings, limits: { ...settings.limits, ...limits } }, log),
  ),
);
