import { makeDirectories } from "../../transfer/make_directories.ts";
import { jobOptions, makeJob } from "../../transfer/make_job.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import type { LocalPath } from "../../endpoint/mod.ts";
import { prepareWorkers } from "../mover/crew.ts";
import { DestinationEnd } from "../end/destination_end.ts";
import type { ControlLink } from "../grpc/mod.ts";
import { beginFrame } from "./begin.ts";
import type { ClientRun } from "./client_run.ts";
import { ClientStreams } from "./client_streams.ts";
import { placeLocally } from "./destination_side.ts";
import { knownEnd, ownReport } from "./end_report.ts";
import { endSession } from "./end_session.ts";
import { expectedRate } from "./expected_rate.ts";
import { Talk } from "./talk.ts";

/** Transfers sources behind a daemon to a destination that is here. */
export async function pull(
  run: ClientRun,
  sources: readonly RemoteEndpoint[],
  destination: LocalPath,
): Promise<void> {
  const { sys, options, filter, memory, verb } = run;
  const [first] = sources;
  if (first === undefined) throw new RangeError("There is no source.");
  const common = jobOptions(options, filter);
  const [connection, linkRate] = await run.race(Promise.all([
    run.connect(first.host, first.port),
    expectedRate(options, first, "pull"),
  ]));
  const begin = beginFrame(run, first, connection.isHere, common.nowSeconds, {
    sourcePaths: sources,
  });
  const opened: ControlLink = connection.open("pull");
  const talk = new Talk(Promise.resolve(opened), memory, run, false);
  talk.writtenBytes = () => sys.writtenBytes();
  run.talks.push(talk);
  await opened.send({ body: { $case: "begin", value: begin } });
  prepareWorkers(begin.streams);
  // The source's word comes before anything is made here.
  const ready = await run.race(talk.awaitReady());
  const dryRun = options.dryRun ?? false;
  const mayHang = await run.reach([destination]);
  const placed = placeLocally(sys, ready.sources, destination, dryRun);
  const differences = run.agree([await run.race(opened.hello)]);
  const made = makeJob(sys, verb, {
    ...common,
    resume: common.resume && differences,
    deltas: differences ? { linkRate } : undefined,
  }, placed);
  makeDirectories(sys, made);
  const job = run.job = { ...made, mayHang };
  const end = new DestinationEnd(talk, job, memory);
  let streams: ClientStreams | undefined;
  await endSession(run, end, Promise.resolve(opened), async () => {
    end.staff(ready.streams);
    const heard = talk.listen(end);
    streams = await run.race(ClientStreams.open(run, connection, ready, end, "in"));
    // The daemon has no other sign of life while something is deleted here, or put on disks.
    talk.tellCounters();
    await run.race(end.run({
      forceDelete: options.forceDelete ?? false,
      canConfirm: options.confirm !== undefined,
    }));
    run.tally.extrasLeft = end.extrasLeft;
    await run.race(end.outgoing.flushed());
    const report = ownReport(sys, end, run.stalls);
    run.ends.destination = knownEnd(report);
    await run.race(talk.sayDone(end.extrasLeft, sys.name, report));
    run.ends.source = knownEnd((await run.race(talk.done)).report);
    opened.end();
    await run.race(heard);
  }, () => streams);
}
