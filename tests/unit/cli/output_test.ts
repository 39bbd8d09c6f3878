import assert from "node:assert/strict";
import type {
  FailureEvent,
  TransferEvent,
  TransferSummary,
} from "../../../core/transfer/events.ts";
import { Console } from "../../../cli/output/console.ts";
import { HumanReporter, type HumanSettings } from "../../../cli/output/human.ts";
import { bytes, clock, count, counted, duration } from "../../../cli/output/numbers.ts";
import { summaryLine } from "../../../cli/output/summary.ts";
import { Recorder } from "./recorder.ts";
import { summaryOf } from "./summary.ts";

const path = new TextEncoder().encode("dir/x");

function failure(message: string): FailureEvent {
  return { type: "failure", path, operation: "read", code: "EACCES", message };
}

function report(
  events: readonly TransferEvent[],
  summary: TransferSummary,
  settings: Partial<HumanSettings> = {},
): { results: string; people: string } {
  const [results, people] = [new Recorder(false), new Recorder(false)];
  const defaults = { verbose: false, quiet: false, progress: false, dryRun: false, asks: false };
  const reporter = new HumanReporter(new Console(results, people), { ...defaults, ...settings });
  for (const event of events) reporter.event(event);
  reporter.finish(summary);
  return { results: results.text, people: people.text };
}

Deno.test("numbers are written as people read them", () => {
  assert.equal(count(1234567), "1,234,567");
  assert.equal(counted(1, "file"), "1 file");
  assert.equal(counted(0, "entry", "entries"), "0 entries");
  assert.deepEqual([0, 999, 1000, 1234, 999949, 9.96e9, 1e12, 1e18].map(bytes), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.2 kB",
    "1.0 MB",
    "10 GB",
    "1.0 TB",
    "1000 PB",
  ]);
  assert.deepEqual([0.2, 12, 99.6, 840, 9960, 59400, 185000, 7800000].map(duration), [
    "0 ms",
    "12 ms",
    "0.1 s",
    "0.8 s",
    "10 s",
    "59 s",
    "3 min 5 s",
    "2 h 10 min",
  ]);
  assert.deepEqual([0, 6.2, 61, 3600].map(clock), ["0:00", "0:07", "1:01", "1:00:00"]);
});

Deno.test("the summary is one calm line", () => {
  const copied = { filesCreated: 2, filesUpdated: 1, bytesTransferred: 1234567, elapsedMs: 812 };
  assert.equal(
    summaryLine(summaryOf({ ...copied, firstPayloadMs: 12, entriesDeleted: 2 })),
    "3 files, 1.2 MB copied in 0.8 s (first byte after 12 ms), 2 deleted",
  );
  assert.equal(
    summaryLine(summaryOf({ ...copied, directoriesCreated: 1, failureCount: 4 })),
    "3 files, 1 directory, 1.2 MB copied in 0.8 s, 4 failed",
  );
  assert.equal(
    summaryLine(summaryOf({ entriesSame: 1200, elapsedMs: 30 })),
    "nothing to copy, 1,200 entries the same already (30 ms)",
  );
  assert.equal(
    summaryLine(summaryOf({ verb: "move", entriesMoved: 1, elapsedMs: 3 })),
    "1 entry moved in 3 ms",
  );
});

Deno.test("the summary of a remote run says what the content went over", () => {
  const copied = { filesCreated: 2, bytesTransferred: 5000, elapsedMs: 812, firstPayloadMs: 12 };
  const tcp = { transport: "tcp", streams: 2, wireBytes: 5100 } as const;
  assert.equal(
    summaryLine(summaryOf({ ...copied, ...tcp })),
    "2 files, 5.0 kB copied in 0.8 s over TCP with 2 streams (first byte after 12 ms)",
  );
  assert.equal(
    summaryLine(summaryOf({ ...copied, ...tcp, transport: "grpc", streams: 1 })),
    "2 files, 5.0 kB copied in 0.8 s over gRPC with 1 stream (first byte after 12 ms)",
  );
  assert.equal(
    summaryLine(summaryOf({ ...tcp, entriesSame: 2, elapsedMs: 30 })),
    "nothing to copy, 2 entries the same already (30 ms over TCP with 2 streams)",
  );
  assert.equal(
    summaryLine(summaryOf({ ...copied, ...tcp, dryRun: true })),
    "Dry run, nothing was changed: 2 files, 5.0 kB would be copied",
  );
});

Deno.test("the summary of a dry run says so and promises nothing done", () => {
  const line = summaryLine(summaryOf({
    dryRun: true,
    filesCreated: 1,
    bytesTransferred: 5,
    elapsedMs: 5,
    entriesDeleted: 2,
  }));
  const expected = "Dry run, nothing was changed: 1 file, 5 B would be copied, 2 would be deleted";
  assert.equal(line, expected);
});

Deno.test("entries are listed on stdout, failures told on stderr and again at the end", () => {
  const entry = { type: "entry", action: "create", kind: "file", path, size: 1 } as const;
  const directory = { ...entry, kind: "directory" } as const;
  const failed = failure('Cannot read "x": permission denied');
  const summary = summaryOf({ failures: [failed], failureCount: 1, elapsedMs: 1, exitCode: 2 });
  const { results, people } = report([entry, directory, failed], summary, { verbose: true });
  assert.equal(
    results,
    "create        dir/x\ncreate        dir/x/\nnothing to copy (1 ms), 1 failed\n",
  );
  const sentence = 'Cannot read "x": permission denied';
  assert.equal(people, `blit: ${sentence}\nblit: 1 entry failed:\n  ${sentence}\n`);
});

Deno.test("at the end the first twenty failures are repeated, the rest counted", () => {
  const failures = Array.from({ length: 500 }, (_, index) => failure(`No ${index}`));
  const { people } = report([], summaryOf({ failures, failureCount: 1500 }));
  const lines = people.trimEnd().split("\n");
  assert.equal(lines[0], "blit: 1,500 entries failed:");
  assert.deepEqual(lines.slice(-2), ["  No 19", "  and 1,480 more"]);
});

Deno.test("a quiet run tells only what went wrong", () => {
  const failed = failure("Cannot read");
  const summary = summaryOf({ failures: [failed], failureCount: 1 });
  const warning = { type: "warning", code: "slow-floor", message: "Slow" } as const;
  assert.deepEqual(report([failed, warning], summary, { quiet: true }), {
    results: "",
    people: "blit: Cannot read\n",
  });
});

Deno.test("extras that stayed are told even in a quiet run, unless somebody was asked", () => {
  const message = "Deletion was not confirmed: 3 extra entries are left.";
  const warning = { type: "warning", code: "deletion-unconfirmed", message } as const;
  const left = summaryOf({ extrasLeft: 3, exitCode: 2, warnings: [warning] });
  const { people } = report([warning], left, { quiet: true });
  assert.equal(people, `blit: ${message} Without a terminal it takes --yes.\n`);
  assert.equal(report([warning], left, { asks: true }).people, "");
});

Deno.test("results are gathered into few writes and keep their order with what people are told", () => {
  const both = new Recorder(false);
  const console = new Console(both, both);
  for (let line = 0; line < 100; line++) console.print(`line ${line}`);
  assert.ok(both.writes < 10, `${both.writes} writes`);
  console.tell("told");
  assert.ok(both.text.endsWith("line 99\ntold\n"));
});

Deno.test("a reader that goes away ends the printing and nothing else", () => {
  const [results, people] = [new Recorder(false), new Recorder(false)];
  const console = new Console(results, people);
  results.failure = new Deno.errors.BrokenPipe("gone");
  console.print("a");
  console.flush();
  results.failure = undefined;
  console.print("b");
  console.flush();
  assert.deepEqual([results.text, people.text, console.outputLost], ["", "", true]);
  assert.equal(console.finish(0), 0);
});

Deno.test("a full disk behind stdout is told once", () => {
  const [results, people] = [new Recorder(false), new Recorder(false)];
  const console = new Console(results, people);
  results.failure = new Error("No space left on device (os error 28)");
  for (let line = 0; line < 3; line++) {
    console.print("a");
    console.flush();
  }
  assert.match(people.text, /^blit: Cannot write to standard output: No space[^\n]*\n$/);
  assert.deepEqual([console.finish(0), console.finish(2)], [1, 1]);
});
