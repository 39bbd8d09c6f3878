import { pathKey, trimNul } from "../../entry/path.ts";
import { type MoversInSight, movesWaitFor } from "../../report/stall.ts";
import type { Module } from "../server.ts";

/** Nothing has moved here for so long: the other end is told for what this one waits. */
const STILL_MS = 500;

/** What an end waits for in its file systems, asked of the kernel only while nothing moves. */
export class OwnWait {
  #seen = "";
  #since: number = performance.now();

  constructor(readonly ask: () => string | undefined) {}

  /** What is waited for, given the end's counters now; empty while they change. */
  after(counters: readonly number[]): string {
    const now = performance.now();
    const numbers = counters.join();
    if (numbers !== this.#seen) this.#since = now;
    this.#seen = numbers;
    return now - this.#since < STILL_MS ? "" : this.ask() ?? "";
  }
}

/** What a daemon's movers wait for; paths begin at the module: where that lies is not told. */
export function waitInModule(
  movers: Omit<MoversInSight, "job" | "shown">,
  module: Module,
): string | undefined {
  const root = pathKey(trimNul(module.path)).replace(/\/$/, "");
  const name = new TextEncoder().encode(module.name === "" ? "/" : `/${module.name}`);
  const shown = (path: Uint8Array): Uint8Array => {
    const key = pathKey(path);
    if (key !== root && !key.startsWith(`${root}/`)) return name;
    const whole = new Uint8Array(name.length + key.length - root.length);
    whole.set(name);
    whole.set(path.subarray(root.length), name.length);
    return whole;
  };
  return movesWaitFor({ ...movers, job: undefined, shown });
}
