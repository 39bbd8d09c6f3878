import assert from "node:assert/strict";
import type { ProgressEvent } from "../../../core/transfer/events.ts";
import { Console } from "../../../cli/output/console.ts";
import { EtaEstimator } from "../../../cli/progress/eta.ts";
import { ProgressLine } from "../../../cli/progress/line.ts";
import { PlainProgress } from "../../../cli/progress/plain.ts";
import { RateEstimator } from "../../../cli/progress/rate.ts";
import { TerminalProgress } from "../../../cli/progress/terminal.ts";
import { Recorder } from "./recorder.ts";

const STEP_SECONDS = 0.2;

/** The times shown for a run whose speed at each second is given. */
function shown(fractionPerSecond: (seconds: number) => number): [number, number][] {
  const eta = new EtaEstimator();
  const times: [number, number][] = [];
  let fraction = 0;
  for (let step = 0; fraction < 1 && step < 20000; step++) {
    const seconds = step * STEP_SECONDS;
    const left = eta.update(fraction, seconds);
    if (left !== undefined) times.push([seconds, left]);
    fraction = Math.min(1, fraction + fractionPerSecond(seconds) * STEP_SECONDS);
  }
  return times;
}

function assertNoJumps(times: readonly [number, number][]): void {
  for (let index = 1; index < times.length; index++) {
    const [, before] = times[index - 1] ?? [0, 0];
    const [seconds, now] = times[index] ?? [0, 0];
    const most = before + 0.1 * before * STEP_SECONDS + 1e-9;
    assert.ok(now <= most, `at ${seconds} s from ${before} to ${now}`);
    assert.ok(now >= 0);
  }
}

function progress(changes: Partial<ProgressEvent>): ProgressEvent {
  return {
    type: "progress",
    phase: "transfer",
    entriesScanned: 0,
    filesTransferred: 0,
    bytesTransferred: 0,
    entriesDeleted: 0,
    failures: 0,
    fraction: 0,
    elapsedMs: 0,
    ...changes,
  };
}

Deno.test("the time left of a steady run counts down with the clock", () => {
  const times = shown(() => 1 / 60);
  assertNoJumps(times);
  for (const [seconds, left] of times) assert.ok(Math.abs(60 - seconds - left) < 0.5);
});

Deno.test("the time left never jumps up when the speed falls to a tenth", () => {
  const times = shown((seconds) => seconds < 20 ? 1 / 60 : 1 / 600);
  assertNoJumps(times);
  const [, late] = times.find(([seconds]) => seconds >= 120) ?? [0, 0];
  const truth = (1 - 20 / 60 - 100 / 600) * 600;
  assert.ok(Math.abs(late - truth) < truth * 0.1, `${late} instead of ${truth}`);
});

Deno.test("the time left of a run in bursts stays calm", () => {
  const times = shown((seconds) => Math.floor(seconds) % 4 === 0 ? 4 / 60 : 0);
  assertNoJumps(times);
  for (const [seconds, left] of times) {
    if (seconds > 16) assert.ok(Math.abs(60 - seconds - left) < 10, `${left} at ${seconds} s`);
  }
});

Deno.test("the time left follows soon when the speed rises", () => {
  const times = shown((seconds) => seconds < 30 ? 1 / 600 : 1 / 60);
  const [, late] = times.find(([seconds]) => seconds >= 60) ?? [0, 0];
  const truth = (1 - 30 / 600 - 30 / 60) * 60;
  assert.ok(Math.abs(late - truth) < 10, `${late} instead of ${truth}`);
});

Deno.test("no time is shown before a second has passed, or while nothing moves", () => {
  assert.ok((shown(() => 1 / 60)[0]?.[0] ?? 0) >= 1);
  const eta = new EtaEstimator();
  for (let second = 0; second < 10; second++) assert.equal(eta.update(0, second), undefined);
});

Deno.test("the rate forgets old speeds", () => {
  const rate = new RateEstimator();
  assert.equal(rate.update(1000, 1), 1000);
  let now = 0;
  for (let second = 2; second <= 20; second++) now = rate.update(1000 + 100 * (second - 1), second);
  assert.ok(Math.abs(now - 100) < 10, String(now));
});

Deno.test("a line says files, bytes, throughput, time left and time to the first byte", () => {
  const line = new ProgressLine();
  const event = { filesTransferred: 1234, bytesTransferred: 5e8, firstPayloadMs: 12 };
  line.format(progress({ elapsedMs: 0 }));
  const text = line.format(progress({ ...event, fraction: 0.5, elapsedMs: 2000 }));
  assert.equal(text, " 50%  1,234 files  500 MB  250 MB/s  ETA 0:02  first byte after 12 ms");
});

Deno.test("a line fits any width, and keeps what matters most", () => {
  const event = { filesTransferred: 1234, bytesTransferred: 5e8, firstPayloadMs: 12 };
  for (let width = 0; width < 90; width++) {
    const line = new ProgressLine();
    line.format(progress({ elapsedMs: 0 }));
    const text = line.format(progress({ ...event, fraction: 0.5, elapsedMs: 2000 }), width);
    assert.ok(text.length <= width, `${width}: ${text}`);
    if (width >= 14) assert.match(text, /^ 50%.*ETA 0:02/);
  }
});

Deno.test("another phase has its own name and its own time", () => {
  const line = new ProgressLine();
  line.format(progress({ fraction: 0.9, elapsedMs: 1000 }));
  const event = { phase: "delete", fraction: 0.25, elapsedMs: 9000, entriesDeleted: 5 };
  assert.equal(line.format(progress(event)), " 25%  deleting  5 deleted  0 checked");
});

Deno.test("at a terminal one line is redrawn, and gone at the end", () => {
  const people = new Recorder(true);
  const view = new TerminalProgress(new Console(new Recorder(false), people), () => 80);
  view.update(progress({ fraction: 0.1, entriesScanned: 123456 }));
  view.update(progress({ fraction: 0.2 }));
  view.close();
  assert.equal(people.text, "\r 10%  123,456 checked\r 20%  0 checked\x1b[K\r\x1b[K");
});

Deno.test("a window made narrower is cleared over all the rows that the line took", () => {
  const people = new Recorder(true);
  let columns = 80;
  const view = new TerminalProgress(new Console(new Recorder(false), people), () => columns);
  view.update(progress({ fraction: 0.1, entriesScanned: 123456 }));
  columns = 10;
  people.text = "";
  view.update(progress({ fraction: 0.2 }));
  assert.equal(people.text, "\r\x1b[2A\x1b[J 20%\x1b[K");
});

Deno.test("text for people first takes the progress line away", () => {
  const people = new Recorder(true);
  const results = new Recorder(true);
  const console = new Console(results, people);
  const view = new TerminalProgress(console, () => 80);
  view.update(progress({ fraction: 0.1 }));
  console.tell("blit: hello");
  assert.ok(people.text.endsWith("\r\x1b[Kblit: hello\n"), JSON.stringify(people.text));
});

Deno.test("off a terminal there are plain lines every five seconds and no escapes", () => {
  const people = new Recorder(false);
  const view = new PlainProgress(new Console(new Recorder(false), people));
  for (let elapsedMs = 0; elapsedMs <= 12000; elapsedMs += 500) {
    view.update(progress({ elapsedMs, fraction: elapsedMs / 12000 }));
  }
  view.close();
  const lines = people.text.trimEnd().split("\n");
  assert.equal(lines.length, 3);
  assert.match(lines[2] ?? "", /^83% {2}0 checked {2}ETA 0:02$/);
  assert.ok(!people.text.includes("\x1b") && !people.text.includes("\r"));
});

Deno.test("the line says for how long nothing has moved, while that lasts", () => {
  const line = new ProgressLine();
  assert.doesNotMatch(line.format(progress({})), /moved/);
  const stalled = progress({ stalledMs: 72_000, waitingFor: 'reading "/x" (mover 1)' });
  assert.match(line.format(stalled), /nothing has moved for 1:12/);
});
