/**
 * Goals and gates: whether a case reached what was promised, and whether it fell so far below that
 * the run must fail. Pure functions of a result.
 */
import type { Goal } from "../scenarios.ts";
import type { Case, Results } from "./results.ts";
import { median, speedRatio } from "./statistics.ts";

/** The part of a goal that must always hold: room for the noise of a shared machine. */
export const GATE_SHARE = 0.85;

/**
 * The same for `--quick`. Its trees are a tenth of the real ones, so the start of the program
 * weighs ten times as much, and it runs on continuous-integration machines: it is there to catch a
 * collapse, not a regression of a fifth.
 */
export const QUICK_GATE_SHARE = 0.5;

/** `reached` the goal, `held` the gate, `fell` below it, or `unjudged` for want of a figure. */
export type Outcome = "reached" | "held" | "fell" | "unjudged";

/** A goal with what was measured for it. */
export interface Verdict {
  readonly scenario: string;
  readonly place: string;
  readonly goal: Goal;
  /** The least ratio or MB/s, or the most memory in MiB, that passes. */
  readonly gate: number;
  /** The ratio, the MB/s or the MiB measured. */
  readonly value?: number;
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
  const gate = goal.kind === "memory" ? goal.belowMiB / gateShare : leastOf(goal) * gateShare;
  const head = { scenario: one.scenario, place: one.place, goal, gate };
  if (one.skipped !== undefined) return { ...head, outcome: "unjudged", reason: one.skipped };

  const ours = one.series.find((series) => series.contender === "blit");
  if (ours?.failure !== undefined) return { ...head, outcome: "fell", reason: ours.failure };
  if (ours === undefined) return { ...head, outcome: "unjudged", reason: "blit did not run" };

  if (goal.kind === "memory") {
    const value = ours.peakMemoryMiB;
    if (value === undefined) {
      return { ...head, outcome: "unjudged", reason: "no /proc to read the memory from" };
    }
    const outcome = value < goal.belowMiB ? "reached" : value < gate ? "held" : "fell";
    return { ...head, value, outcome };
  }

  if (goal.kind === "speed") {
    const ms = median(ours.timesMs);
    if (ms === undefined || one.bytes === undefined) {
      return { ...head, outcome: "unjudged", reason: "no run was counted" };
    }
    return rated(head, one.bytes / ms / 1000);
  }

  if (one.place === "disk" && !one.filesystem.startsWith("ext4")) {
    return { ...head, outcome: "unjudged", reason: `goals are for ext4, not ${one.filesystem}` };
  }
  const theirs = one.series.find((series) => series.contender === goal.against);
  if (theirs === undefined || theirs.failure !== undefined) {
    const reason = theirs?.failure ?? `${goal.against} is not there`;
    return { ...head, outcome: "unjudged", reason };
  }
  const value = speedRatio(theirs.timesMs, ours.timesMs);
  if (value === undefined) return { ...head, outcome: "unjudged", reason: "no run was counted" };
  return rated(head, value);
}

function leastOf(goal: Exclude<Goal, { kind: "memory" }>): number {
  return goal.kind === "ratio" ? goal.atLeast : goal.atLeastMBps;
}

/** The verdict where more is better. */
function rated(head: Omit<Verdict, "value" | "outcome">, value: number): Verdict {
  const { goal, gate } = head;
  if (goal.kind === "memory") throw new TypeError("Less memory is better");
  const outcome = value >= leastOf(goal) ? "reached" : value >= gate ? "held" : "fell";
  return { ...head, value, outcome };
}
