import type { CheckEvent } from "../../core/transfer/check_types.ts";
import type { TransferEvent } from "../../core/transfer/events.ts";
import type { Console } from "./console.ts";
import type { Reporter, Stop } from "./reporter.ts";

/** What a program wants to hear. */
export interface JsonSettings {
  /** Progress events. */
  readonly progress: boolean;
  /** An event for every entry. */
  readonly entries: boolean;
}

const PROGRESS_MS = 500;

/**
 * Tells programs: one JSON object a line on stdout, the last one of type `summary`, or `error`
 * for a run that had to stop. The form is published in docs/cli/events.schema.json.
 */
export class JsonReporter implements Reporter {
  readonly wantsEntries: boolean;
  readonly progressIntervalMs: number;

  constructor(readonly console: Console, settings: JsonSettings) {
    this.wantsEntries = settings.entries;
    this.progressIntervalMs = settings.progress ? PROGRESS_MS : 0;
  }

  event(event: TransferEvent | CheckEvent): void {
    this.console.print(jsonLine(event));
    // Rare events are wanted at once; entries come in thousands.
    if (event.type !== "entry" && event.type !== "difference") this.console.flush();
  }

  finish(summary: object): void {
    this.console.print(jsonLine({ type: "summary", ...summary }));
    this.console.flush();
  }

  stop(reason: Stop): void {
    this.console.print(jsonLine({ type: "error", ...reason }));
    this.console.tell(`blit: ${reason.message}`);
  }

  clear(): void {}
}

/**
 * One event as a line of JSON: names in snake_case; a path as text, and as base64 besides where
 * it is not UTF-8 (the text then has U+FFFD in it).
 */
export function jsonLine(event: object): string {
  return withoutControls(JSON.stringify(converted(event)));
}

/** Characters that JSON may hold as they are, though a terminal acts on them. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** JSON that says the same and is safe at a terminal. */
export function withoutControls(json: string): string {
  return json.replace(
    CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (inner instanceof Uint8Array) addPath(result, name, inner);
    else if (inner !== undefined) result[name] = converted(inner);
  }
  return result;
}

const exact = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function addPath(result: Record<string, unknown>, name: string, path: Uint8Array): void {
  const end = path.indexOf(0);
  const bytes = end < 0 ? path : path.subarray(0, end);
  try {
    result[name] = exact.decode(bytes);
  } catch {
    result[name] = new TextDecoder().decode(bytes);
    result[`${name}_base64`] = bytes.toBase64();
  }
}
