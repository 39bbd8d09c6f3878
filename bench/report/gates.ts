/**
 * Goals and gates: whether a case reached what was promised, and whether it fell so far below that
 * the run must fail. Pure functions of a result.
 */
import type { Goal } from "../scenarios.ts";
import type { Case, Results, Series } from "./results.ts";
import { median, speedRatio } from "./statistics.ts";

/** The contender that does the least that a program on Deno can do (`bench/floor/`). */
export const FLOOR = "floor";

/** The part of a goal that must always hold: room for the noise of a shared machine. */
export const GATE_SHARE = 0.85;

/**
 * The same for `--quick`. Its trees are a tenth of the real ones, so the start of the program
 * weighs ten times as much, and it runs on continuous-integration machines: it is there to catch a
 * collapse, not a regression of a fifth.
 */
export const QUICK_GATE_SHARE = 0.5;

/**
 * `reached` the goal, `held` the gate, `fell` below it, or `unjudged` for want of a figure; `short`
 * of a goal that no program on Deno reaches here, and no further below what one could than a gate
 * allows.
 */
export type Outcome = "reached" | "held" | "short" | "fell" | "unjudged";

/** A goal with what was measured for it. */
export interface Verdict {
  readonly scenario: string;
  readonly place: string;
  readonly goal: Goal;
  /** The least ratio or MB/s, or the most MiB, milliseconds or share, that passes. */
  readonly gate: number;
  /** What was measured, in the goal's unit. */
  readonly value?: number;
  /** The same for the least that a program on Deno takes, where that was measured. */
  readonly possible?: number;
  readonly outcome: Outcome;
  /** Why it is `unjudged`, or why it fell without a figure. */
  readonly reason?: string;
}

/** The verdict on each goal of each case, in order. */
export function judge(results: Pick<Results, "cases" | "gateShare">): Verdict[] {
  return results.cases.flatMap((one) =>
    one.goals.map((goal) => judgeGoal(one, goal, results.gateShare))
  );
}

/** The verdict on one goal; `gateShare` is the part of the goal that the gate asks for. */
export function judgeGoal(one: Case, goal: Goal, gateShare: number): Verdict {
  const { limit, isMost } = boundOf(goal);
  const share = goal.kind === "ratio" && goal.strict === true ? 1 : gateShare;
  const gate = isMost ? limit / share : limit * share;
  const head = { scenario: one.scenario, place: one.place, goal, gate };
  if (one.skipped !== undefined) return { ...head, outcome: "unjudged", reason: one.skipped };

  const ours = one.series.find((series) => series.contender === "blit");
  if (ours?.failure !== undefined) return { ...head, outcome: "fell", reason: ours.failure };
  if (ours === undefined) return { ...head, outcome: "unjudged", reason: "blit did not run" };

  const value = figureOf(one, ours, goal);
  if (typeof value === "string") return { ...head, outcome: "unjudged", reason: value };
  const passes = (bound: number): boolean => isMost ? value < bound : value >= bound;
  const possible = possibleRatio(one, goal, value);
  const isShort = possible !== undefined && possible < limit && passes(possible * gateShare);
  const missed = isShort ? "short" : "fell";
  const outcome = passes(limit) ? "reached" : passes(gate) ? "held" : missed;
  return { ...head, value, ...(possible !== undefined && { possible }), outcome };
}

/**
 * What blit's ratio would be if it took no more than the floor program in its shortest run: what it
 * has done once is possible. What blit surpasses is no limit.
 */
function possibleRatio(one: Case, goal: Goal, reached: number): number | undefined {
  if (goal.kind !== "ratio" || goal.floor !== true) return undefined;
  const floor = one.series.find((series) => series.contender === FLOOR);
  if (floor === undefined || floor.failure !== undefined || floor.timesMs.length === 0) {
    return undefined;
  }
  const shortest = { ...floor, timesMs: [Math.min(...floor.timesMs)] };
  const ratio = ratioOf(one, shortest, goal.against);
  return typeof ratio === "number" && ratio >= reached ? ratio : undefined;
}

/** The number a goal names, and whether less is better. */
export function boundOf(goal: Goal): { readonly limit: number; readonly isMost: boolean } {
  switch (goal.kind) {
    case "ratio":
      return { limit: goal.atLeast, isMost: false };
    case "speed":
      return { limit: goal.atLeastMBps, isMost: false };
    case "memory":
      return { limit: goal.belowMiB, isMost: true };
    case "time":
      return { limit: goal.belowMs, isMost: true };
    case "wire":
      return { limit: goal.atMost, isMost: true };
  }
}

/** What was measured for a goal, or why there is nothing. */
function figureOf(one: Case, ours: Series, goal: Goal): number | string {
  if (goal.kind === "memory") {
    return ours.peakMemoryMiB ?? "no /proc to read the memory from";
  }
  const ms = median(ours.timesMs);
  if (ms === undefined || one.bytes === undefined) {
    return goal.kind === "ratio" ? ratioOf(one, ours, goal.against) : "no run was counted";
  }
  switch (goal.kind) {
    case "speed":
      return one.bytes / ms / 1000;
    case "time":
      return ms;
    case "wire":
      return ours.wireBytes === undefined ? "no bytes were told" : ours.wireBytes / one.bytes;
    case "ratio":
      return ratioOf(one, ours, goal.against);
  }
}

function ratioOf(one: Case, ours: Series, against: string): number | string {
  if (one.place === "disk" && !one.filesystem.startsWith("ext4")) {
    return `goals are for ext4, not ${one.filesystem}`;
  }
  const theirs = one.series.find((series) => series.contender === against);
  if (theirs === undefined || theirs.failure !== undefined) {
    return theirs?.failure ?? `${against} is not there`;
  }
  return speedRatio(theirs.timesMs, ours.timesMs) ?? "no run was counted";
}
