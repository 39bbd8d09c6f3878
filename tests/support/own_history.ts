/**
 * Runs of the tests are nobody's: they stay out of the history of whoever runs the tests. For this
 * process and all that it starts.
 */
Deno.env.set("BLIT_DISABLE_LOCAL_TELEMETRY", "1");
