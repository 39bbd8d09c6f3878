import type { RemoteEnds } from "../endpoint/ends.ts";
import type { JobName } from "../predict/job_name.ts";
import { expectsOneStream } from "../predict/route.ts";
import type { TransferSummary } from "./events.ts";
import type { TransferOptions, Work } from "./options.ts";

const FORCE_GRPC_DATA = "BLIT_FORCE_GRPC_DATA";

/** Runs one verb of which an end is behind a daemon, with what the environment adds. */
export async function runRemotely(
  verb: Work,
  { sources, destination }: RemoteEnds,
  options: TransferOptions,
  job: JobName,
): Promise<TransferSummary> {
  const { runRemote } = await import("../remote/session/run_remote.ts");
  const forceGrpcData = options.forceGrpcData ?? isForced();
  const oneIsEnough = options.useHistory === true && options.workers === undefined &&
    expectsOneStream(job);
  return await runRemote(
    verb,
    sources,
    destination,
    { ...options, forceGrpcData },
    oneIsEnough,
  );
}

/** Reading the variable needs `--allow-env`, and is skipped without a question without it. */
function isForced(): boolean {
  const permission = { name: "env", variable: FORCE_GRPC_DATA } as const;
  return Deno.permissions.querySync(permission).state === "granted" &&
    Deno.env.get(FORCE_GRPC_DATA) === "1";
}
