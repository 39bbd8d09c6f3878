/**
 * The daemon's program with a stand-in for the session server, so that what settings and signals
 * do is seen without any session: it listens, and says on stdout what it is told.
 * `drain=MS` in BLIT_TEST_SERVER is how long its sessions take to end; `fail` lets it not start,
 * `defect` lets it throw where nobody catches.
 */
import { run } from "../../daemon/run.ts";
import type { Module, StartServer } from "../../core/remote/server.ts";

const wanted = Deno.env.get("BLIT_TEST_SERVER") ?? "";
const say = (told: unknown): void => console.log(JSON.stringify(told));
const names = (modules: readonly Module[]): string[] => modules.map(({ name }) => name);

const start: StartServer = (settings, log) => {
  const { addresses, port, limits } = settings;
  if (wanted === "fail") {
    throw new Error(`Cannot listen on "${addresses[0]}" port ${port}: in use.`);
  }
  if (wanted === "defect") {
    setTimeout(() => {
      void Promise.reject(new Error("of a promise"));
      throw new Error("of a timer");
    });
  }
  const listener = Deno.listen({ hostname: addresses[0] ?? "", port });
  log.session("s1\n").info("A session.");
  say({ started: names(settings.modules), motd: settings.motd, limits });
  return Promise.resolve({
    port: listener.addr.port,
    dataPort: settings.dataPort || 40_000,
    reload: (modules: readonly Module[], motd: string) => say({ reload: names(modules), motd }),
    drain: async (deadlineMs: number) => {
      say({ drain: deadlineMs });
      await new Promise((resolve) => setTimeout(resolve, Number(wanted.match(/\d+/)?.[0] ?? 0)));
    },
    close: () => {
      listener.close();
      say("close");
    },
  });
};

Deno.exit(await run(Deno.args, start));
