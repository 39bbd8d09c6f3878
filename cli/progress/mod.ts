/**
 * Where a run stands, for people: one calm line at a terminal, plain lines now and then elsewhere.
 * Driven by the engine's progress events, without a timer of its own, and loaded only when there
 * is something to show. Begin with `line.ts`.
 *
 * @module
 */
import { mayRedraw } from "../output/colour.ts";
import type { Console } from "../output/console.ts";
import { PlainProgress } from "./plain.ts";
import { TerminalProgress } from "./terminal.ts";
import type { ProgressView } from "./view.ts";

export type { ProgressView } from "./view.ts";

/** The view that fits where stderr goes. */
export function openProgress(console: Console): ProgressView {
  return mayRedraw(console.people) ? new TerminalProgress(console) : new PlainProgress(console);
}
