/** What each switch of blit may be set to without telling anything of its user. */
const PLAIN = /^(?:0|1|\d{1,9}|linux|portable|true|false|yes|no)$/;

/** The variables that change what blit does; docs/diagnostics.md. */
const NAMES = [
  "BLIT_SYS",
  "BLIT_FORCE_GRPC_DATA",
  "BLIT_COMPLETE_MS",
  "BLIT_STALL_MS",
  "BLIT_STALL_LIMIT_MS",
  "BLIT_LOG",
  "BLIT_DISABLE_LOCAL_TELEMETRY",
] as const;

/** Those of blit's switches that are set; a value that could be a name is only `(set)`. */
export function switches(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = variable(name);
    if (value !== undefined) found[name] = PLAIN.test(value) ? value : "(set)";
  }
  return found;
}

/** A variable of the environment; undefined where blit may not look. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
