import type { Advertiser, DaemonFacts } from "../core/discovery/mod.ts";
import type { Log, Module, SessionServer } from "../core/remote/server.ts";
import { machineName } from "./machine_name.ts";
import { VERSION } from "../core/version.ts";
import type { Plan } from "./settings.ts";

/** The daemon as it is found by others on its networks. */
export interface Advertising {
  /** Tells what another configuration changes. */
  reload(plan: Plan): Promise<void>;
  /** Says goodbye. */
  stop(): Promise<void>;
}

/** Advertises a daemon that listens, unless it is told not to. */
export async function advertise(
  plan: Plan,
  server: SessionServer,
  log: Log,
): Promise<Advertising> {
  const id = crypto.randomUUID().slice(0, 8);
  let wanted: string | undefined;
  let advertiser: Advertiser | undefined;
  const stop = async (): Promise<void> => {
    await advertiser?.stop();
    advertiser = undefined;
  };
  const reload = async ({ settings, mdnsName }: Plan): Promise<void> => {
    const facts = await factsOf(settings.modules, id);
    if (advertiser !== undefined && mdnsName === wanted) return advertiser.update(facts);
    await stop();
    wanted = mdnsName;
    if (mdnsName === undefined) return;
    // Loaded only now: whoever does not advertise does without node:dgram.
    const { Advertiser, listensOn } = await import("../core/discovery/mod.ts");
    advertiser = new Advertiser({
      name: mdnsName,
      hostname: machineName(),
      port: server.port,
      facts,
      listens: listensOn(settings.addresses),
      log,
    });
    await advertiser.start();
  };
  // Nothing of this may keep a daemon from serving, or from ending.
  const carefully = (work: Promise<void>): Promise<void> =>
    work.catch((error) => {
      const reason = error instanceof Error ? error.message : String(error);
      log.warning(`Advertising by mDNS failed: ${reason}`);
    });
  await carefully(reload(plan));
  return { reload: (next) => carefully(reload(next)), stop: () => carefully(stop()) };
}

async function factsOf(modules: readonly Module[], id: string): Promise<DaemonFacts> {
  const { PROTOCOL } = await import("../core/remote/grpc/mod.ts");
  return {
    version: VERSION,
    protocol: `${PROTOCOL.major}.${PROTOCOL.minor}`,
    modules: modules.map(({ name }) => name).filter((name) => name !== ""),
    defaultExport: modules.some(({ name }) => name === ""),
    authentication: "none",
    id,
  };
}
