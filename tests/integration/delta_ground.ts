import { type DaemonAddress, run } from "../support/mod.ts";

const PREDICT = new URL("../../core/predict/", import.meta.url).href;

/** Environment of runs that may use a history below `path`, and find it there. */
export function historyIn(path: string): Record<string, string> {
  return { BLIT_DISABLE_LOCAL_TELEMETRY: "0", XDG_CONFIG_HOME: `${path}/config` };
}

/** Makes the history below `path` say that the link to a daemon carries 1 MB/s, either way. */
export async function expectSlowLink(path: string, { host, port }: DaemonAddress): Promise<void> {
  const server = JSON.stringify({ host, port });
  const code = `const { noPredictions, withLink } = await import("${PREDICT}state.ts");
    const { linkAfter } = await import("${PREDICT}link_rate.ts");
    const { writePredictions } = await import("${PREDICT}store.ts");
    let known = noPredictions();
    for (const direction of ["push", "pull", "push", "pull"]) {
      const use = { server: ${server}, direction, bytes: 1e8, ms: 1e5 };
      known = withLink(known, ...linkAfter(known, use, Date.now()));
    }
    writePredictions(known);`;
  const file = `${path}/config/blit/predictions.json`;
  await Deno.mkdir(`${path}/config/blit`, { recursive: true, mode: 0o700 });
  await Deno.remove(file).catch(() => {});
  await run(Deno.execPath(), ["eval", "--no-check", code], { env: historyIn(path) });
  await Deno.stat(file);
}
