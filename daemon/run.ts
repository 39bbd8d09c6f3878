import { exactArguments } from "../cli/arguments/exact.ts";
import { parse } from "../cli/arguments/parse.ts";
import { BLIT_DAEMON } from "../cli/table/mod.ts";
import type { StartServer } from "../core/remote/server.ts";

/** Runs `blit-daemon` with these arguments over any session server, and gives its exit code. */
export async function run(texts: readonly string[], start: StartServer): Promise<number> {
  try {
    const invocation = parse(BLIT_DAEMON, texts, await exactArguments(texts));
    if (invocation.has("help")) return (await import("../cli/verbs/help.ts")).help(BLIT_DAEMON);
    if (invocation.has("version")) {
      return (await import("../cli/verbs/version.ts")).run(BLIT_DAEMON.name);
    }
    return await (await import("./serve.ts")).serve(invocation, start);
  } catch (error) {
    return (await import("./report.ts")).report(error);
  }
}
