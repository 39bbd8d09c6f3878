import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../../docs/cli/events.schema.json" with { type: "json" };
import type { TransferEvent } from "../../../core/transfer/events.ts";
import { Console } from "../../../cli/output/console.ts";
import { jsonLine, JsonReporter } from "../../../cli/output/json.ts";
import { Recorder } from "./recorder.ts";
import { summaryOf } from "./summary.ts";

const validator = new Validator(schema, "2020-12");
const path = new TextEncoder().encode("dir/ä\n");
const odd = new Uint8Array([97, 0xff]);
const failed = { type: "failure", operation: "read", code: "EIO", message: "Cannot" } as const;

const EVENTS: readonly TransferEvent[] = [
  { type: "entry", action: "create", kind: "file", path, size: 12 },
  { type: "entry", action: "remove-source", kind: "character device", path: odd, size: 0 },
  { ...failed, path },
  { ...failed, path: odd },
  { type: "warning", code: "deletion-skipped", message: "3 entries stayed." },
  {
    type: "progress",
    phase: "transfer",
    entriesScanned: 1,
    filesTransferred: 1,
    bytesTransferred: 1,
    entriesDeleted: 0,
    failures: 0,
    fraction: 0.5,
    elapsedMs: 1.25,
    firstPayloadMs: 1.5,
  },
];

function lines(events: readonly TransferEvent[]): Record<string, unknown>[] {
  const results = new Recorder(false);
  const settings = { progress: true, entries: true };
  const reporter = new JsonReporter(new Console(results, new Recorder(false)), settings);
  for (const event of events) reporter.event(event);
  reporter.finish(
    summaryOf({ failures: [{ ...failed, path: odd }], failureCount: 1, exitCode: 2 }),
  );
  return results.text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("every kind of event is as the published schema says", () => {
  const all = lines(EVENTS);
  assert.equal(all.length, EVENTS.length + 1);
  for (const line of all) {
    const { valid, errors } = validator.validate(line);
    assert.ok(valid, JSON.stringify({ line, errors }, null, 1));
  }
  assert.equal(all.at(-1)?.type, "summary");
  assert.equal(all.at(-1)?.entries_deleted, 0);
});

Deno.test("the summary of a remote run is as the published schema says", () => {
  const results = new Recorder(false);
  const settings = { progress: false, entries: false };
  const reporter = new JsonReporter(new Console(results, new Recorder(false)), settings);
  reporter.finish(summaryOf({ transport: "grpc", streams: 2, wireBytes: 123, firstPayloadMs: 4 }));
  const line = JSON.parse(results.text);
  assert.deepEqual([line.transport, line.streams, line.wire_bytes], ["grpc", 2, 123]);
  assert.ok(validator.validate(line).valid);
});

Deno.test("the schema takes nothing else", () => {
  for (const line of lines(EVENTS)) {
    assert.ok(!validator.validate({ ...line, more: 1 }).valid);
    const { message: _message, path: _path, elapsed_ms: _elapsed, ...less } = line;
    assert.ok(!validator.validate(less).valid, JSON.stringify(less));
  }
});

Deno.test("a path is text, and base64 besides where it is not UTF-8", () => {
  const [plain, bytes] = lines(EVENTS);
  assert.equal(plain?.path, "dir/ä\n");
  assert.ok(!("path_base64" in (plain ?? {})));
  assert.equal(bytes?.path, "a\u{fffd}");
  assert.equal(bytes?.path_base64, "Yf8=");
});

Deno.test("a run that stops ends with an error event and a sentence for people", () => {
  const [results, people] = [new Recorder(false), new Recorder(false)];
  const console = new Console(results, people);
  const reporter = new JsonReporter(console, { progress: false, entries: false });
  reporter.stop({ code: "source-missing", message: "No such source", exitCode: 1 });
  const line = JSON.parse(results.text);
  assert.deepEqual(line, {
    type: "error",
    code: "source-missing",
    message: "No such source",
    exit_code: 1,
  });
  assert.ok(validator.validate(line).valid);
  assert.equal(people.text, "blit: No such source\n");
});

Deno.test("no character that a terminal acts on is left in a line, and none is lost", () => {
  const name = "a\x1b[31m\x7f\x9b2J\u2028\u202egnp\u2066ä\u{1f600}";
  const path = new TextEncoder().encode(name);
  const line = jsonLine({ path, message: name });
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
  assert.deepEqual(JSON.parse(line), { path: name, message: name });
});

Deno.test("a long path that is not UTF-8 is in base64 as a whole", () => {
  const path = new Uint8Array(300_000).fill(200);
  assert.equal(JSON.parse(jsonLine({ path })).path_base64, path.toBase64());
});
