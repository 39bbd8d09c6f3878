import { watch } from "../../core/watch/mod.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { Console } from "../output/console.ts";
import { listenForInterrupts } from "../run/interrupt.ts";
import { stopReason } from "../run/stop_reason.ts";
import { openWatchTeller } from "../watch/teller.ts";

/** `blit watch SOURCE DESTINATION` */
export async function run(invocation: Invocation): Promise<number> {
  const console = new Console();
  const [source = "", destination = ""] = invocation.operands;
  const tell = await openWatchTeller(invocation, console);
  for (const note of invocation.notes) console.tell(`blit: ${note}`);
  const archive = invocation.has("archive");
  const backupDir = invocation.value("backup-dir");
  const interrupt = new AbortController();
  const release = listenForInterrupts(interrupt, () => Deno.exit(130));
  try {
    await watch(source, destination, {
      mirror: invocation.has("mirror"),
      xattrs: archive || invocation.has("xattrs"),
      acls: archive || invocation.has("acls"),
      deleteExtras: invocation.has("yes"),
      forceDelete: invocation.has("force-delete"),
      durable: invocation.has("durable"),
      ...(backupDir === undefined ? {} : { backupDir }),
      signal: interrupt.signal,
      reportEntries: tell.wantsEntries,
      onEvent: (event) => tell.event(event),
    });
    tell.end();
    return console.finish(0);
  } catch (error) {
    tell.clear();
    // A sweep that was cut off: every file is whole.
    if (interrupt.signal.aborted) return console.finish(0);
    const reason = stopReason(error);
    tell.stop(reason);
    return reason.exitCode;
  } finally {
    release();
    console.flush();
  }
}
