/**
 * The daemon's log: a line on stderr for each thing that happens, as JSON where a program reads
 * it and short at a terminal. Imports the console of cli and the interface in core/remote.
 * Begin with `log.ts`.
 *
 * @module
 */
export { escapeControls } from "./escape.ts";
export { type LogSettings, openLog } from "./log.ts";
