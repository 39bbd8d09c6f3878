/**
 * The daemon's program with other limits, so that tests need not wait as long as people do:
 * BLIT_TEST_LIMITS has them as JSON, BLIT_TEST_PROBE the times of its probe.
 */
import { run } from "../../daemon/run.ts";
import { PROBE_TIMES, type ProbeTimes } from "../../core/probe/idle_probe.ts";
import type { Limits } from "../../core/remote/server.ts";
import { startSessions } from "../../core/remote/serve.ts";

const limits: Partial<Limits> = JSON.parse(Deno.env.get("BLIT_TEST_LIMITS") ?? "{}");
const times: Partial<ProbeTimes> = JSON.parse(Deno.env.get("BLIT_TEST_PROBE") ?? "{}");

Deno.exit(
  await run(
    Deno.args,
    (settings, log) =>
      startSessions({ ...settings, limits: { ...settings.limits, ...limits } }, log, {
        ...PROBE_TIMES,
        ...times,
      }),
  ),
);
