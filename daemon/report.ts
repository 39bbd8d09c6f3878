import { reportFatal } from "../cli/output/fatal.ts";
import { Console } from "../cli/output/console.ts";
import { BLIT_DAEMON } from "../cli/table/mod.ts";
import { ConfigError } from "./config/mod.ts";

/** Says why the daemon cannot serve, and gives the exit code. */
export function report(error: unknown): number {
  if (!(error instanceof ConfigError)) return reportFatal(BLIT_DAEMON, error);
  const console = new Console();
  console.tell(`${BLIT_DAEMON.name}: The configuration cannot be used:`);
  console.tell(error.message);
  return 64;
}
