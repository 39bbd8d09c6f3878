import { jobOptions, makeJob } from "../../transfer/make_job.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import type { LocalPath } from "../../endpoint/mod.ts";
import { prepareWorkers } from "../mover/crew.ts";
import { SourceEnd } from "../end/source_end.ts";
import type { ControlLink } from "../grpc/mod.ts";
import type { ClientRun } from "./client_run.ts";
import { ClientStreams } from "./client_streams.ts";
import { knownEnd, ownReport } from "./end_report.ts";
import { endSession } from "./end_session.ts";
import { expectedRate } from "./expected_rate.ts";
import { findLocalSources } from "./source_side.ts";
import { Talk } from "./talk.ts";

/** Transfers sources that are here to a daemon. */
export async function push(
  run: ClientRun,
  sources: readonly LocalPath[],
  destination: RemoteEndpoint,
): Promise<void> {
  const { sys, options, filter, memory, verb } = run;
  const mayHang = await run.reach(sources);
  const { jobSources, facts } = findLocalSources(sys, sources, filter?.files !== undefined);
  const common = jobOptions(options, filter);
  const job = run.job = { ...makeJob(sys, verb, common, jobSources), mayHang };
  const link = Promise.withResolvers<ControlLink>();
  link.promise.catch(() => {});
  const talk = new Talk(link.promise, memory, run, false);
  run.talks.push(talk);
  const end = new SourceEnd(talk, job, memory);
  // While the connection is made, the scan is under way.
  end.scan();
  let streams: ClientStreams | undefined;
  await endSession(run, end, link.promise, async () => {
    const { host, port } = destination;
    const [connection, linkRate, { beginFrame }] = await run.race(Promise.all([
      run.connect(host, port),
      expectedRate(options, destination, "push"),
      import("./begin.ts"),
    ]));
    const begin = beginFrame(run, destination, connection.isHere, job.nowSeconds, {
      sources: facts,
      linkRate,
    });
    const opened = connection.open("push");
    await opened.send({ body: { $case: "begin", value: begin } });
    link.resolve(opened);
    prepareWorkers(begin.streams - end.movers.length);
    const heard = talk.listen(end);
    end.differences = run.agree([await run.race(opened.hello)]);
    const ready = await run.race(talk.ready);
    end.staff(ready.streams);
    streams = await run.race(ClientStreams.open(run, connection, ready, end, "out"));
    const done = await run.race(talk.done);
    run.tally.extrasLeft = done.extrasLeft;
    await run.race(end.finish());
    await run.race(end.outgoing.flushed());
    const report = ownReport(sys, end, run.stalls);
    run.ends.source = knownEnd(report);
    run.ends.destination = knownEnd(done.report);
    await run.race(talk.sayDone(0, sys.name, report));
    opened.end();
    await run.race(heard);
  }, () => streams);
}
