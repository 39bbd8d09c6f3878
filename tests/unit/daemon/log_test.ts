import assert from "node:assert/strict";
import { Console } from "../../../cli/output/console.ts";
import type { Log, LogLevel } from "../../../core/remote/server.ts";
import { openLog } from "../../../daemon/log/mod.ts";

function recorded(json: boolean, least: LogLevel, speak: (log: Log) => void): string {
  let text = "";
  const sink = {
    writeSync(bytes: Uint8Array): number {
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    isTerminal: () => !json,
  };
  const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  speak(openLog(new Console(sink, sink), { json, least, now }));
  return text;
}

Deno.test("a line for programs is an object with time, level, session and message", () => {
  const text = recorded(true, "info", (log) => {
    log.info("Hello.");
    log.session("s1").warning('Cannot open "a".');
  });
  assert.deepEqual(text.trimEnd().split("\n").map((line) => JSON.parse(line)), [
    { time: "2026-01-02T03:04:05.678Z", level: "info", message: "Hello." },
    {
      time: "2026-01-02T03:04:05.678Z",
      level: "warning",
      session: "s1",
      message: 'Cannot open "a".',
    },
  ]);
});

Deno.test("a line for people is short", () => {
  const text = recorded(false, "info", (log) => {
    log.error("Bad.");
    log.session("s1").info("Good.");
  });
  assert.equal(text, "03:04:05 error   Bad.\n03:04:05 info    [s1] Good.\n");
});

Deno.test("nobody can write control characters or lines of their own into the log", () => {
  for (const json of [true, false]) {
    const text = recorded(json, "info", (log) => {
      log.session("a\nb").info("x\n12:00:00 info forged\x1b[31m\u009b\u202e\u2028\x7f\r\t");
    });
    assert.equal(text.split("\n").length, 2, text);
    assert.doesNotMatch(text.trimEnd(), /[\p{Cc}\u2028\u202e]/u);
    if (json) assert.doesNotMatch(JSON.parse(text).message, /[\p{Cc}\u2028\u202e]/u);
  }
});

Deno.test("lines below the level are left out", () => {
  assert.equal(recorded(false, "info", (log) => log.debug("x")), "");
  assert.match(recorded(false, "debug", (log) => log.debug("x")), /debug {3}x/);
});
