import type { Console } from "../../cli/output/console.ts";
import type { Log, LogLevel } from "../../core/remote/server.ts";
import { escapeControls } from "./escape.ts";

/** Levels in the order of their weight. */
const LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/** How lines are written. */
export interface LogSettings {
  /** JSON, an object a line, for programs; else short lines for people. */
  readonly json: boolean;
  /** Lines below this level are left out. */
  readonly least: LogLevel;
  /** The time; `Date.now` unless told. */
  readonly now?: () => number;
}

/** A log on stderr. What nobody reads any more is dropped, and the daemon goes on. */
export function openLog(console: Console, settings: LogSettings): Log {
  return new LineLog(console, settings, undefined);
}

class LineLog implements Log {
  constructor(
    readonly console: Console,
    readonly settings: LogSettings,
    readonly id: string | undefined,
  ) {}

  debug(message: string): void {
    this.#write("debug", message);
  }

  info(message: string): void {
    this.#write("info", message);
  }

  warning(message: string): void {
    this.#write("warning", message);
  }

  error(message: string): void {
    this.#write("error", message);
  }

  session(id: string): Log {
    return new LineLog(this.console, this.settings, escapeControls(id));
  }

  #write(level: LogLevel, message: string): void {
    const { json, least, now = Date.now } = this.settings;
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    const time = new Date(now()).toISOString();
    // Line ends too: a name that a peer chose must not look like a line of its own.
    const safe = escapeControls(message);
    this.console.tell(json ? this.#record(time, level, safe) : this.#line(time, level, safe));
  }

  #record(time: string, level: LogLevel, message: string): string {
    const session = this.id;
    return JSON.stringify(
      session === undefined ? { time, level, message } : { time, level, session, message },
    );
  }

  /** `08:30:11 warning [s1] The words.` The time is UTC, as in JSON. */
  #line(time: string, level: LogLevel, message: string): string {
    const session = this.id === undefined ? "" : `[${this.id}] `;
    return `${time.slice(11, 19)} ${level.padEnd(7)} ${session}${message}`;
  }
}
