/**
 * Copies many trees at once, by the library in one process.
 *
 *     deno run -A many_copies.ts FROM TO [FROM TO]...
 *
 * @module
 */
import { copy } from "../../mod.ts";

const copies: Promise<unknown>[] = [];
for (let at = 0; at + 1 < Deno.args.length; at += 2) {
  copies.push(copy(Deno.args[at] ?? "", Deno.args[at + 1] ?? ""));
}
// Rejects, and so ends with 1, for a run that does not begin or breaks off.
await Promise.all(copies);
