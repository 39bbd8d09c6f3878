/** Results for people: the bar picture of every case, and a table of all of them in Markdown. */
import { boundOf, judge, type Verdict } from "./gates.ts";
import type { Goal } from "../scenarios.ts";
import type { Case, Results, Series } from "./results.ts";
import { spread } from "./statistics.ts";

const BAR_WIDTH = 32;

/** The bars of one case: a line for each contender, then one for each goal. */
export function renderCase(one: Case, verdicts: readonly Verdict[]): string {
  const heading = `${one.scenario} on ${one.filesystem}: ${one.title}`;
  if (one.skipped !== undefined) return `${heading}\n  skipped: ${one.skipped}`;
  const spreads = one.series.map((series) => spread(series.timesMs));
  const slowest = Math.max(...spreads.map((each) => each?.median ?? 0));
  const ours = spreads[one.series.findIndex((series) => series.contender === "blit")]?.median;
  const lines = one.series.map((series, index) => {
    const name = series.contender.padEnd(7);
    const times = spreads[index];
    if (series.failure !== undefined || times === undefined) {
      return `  ${name} ${series.failure ?? "no run"}`;
    }
    const range = `${duration(times.min)} - ${duration(times.max)}`;
    const note = series.contender === "blit"
      ? memoryOf(series)
      : ours === undefined
      ? ""
      : `x ${(times.median / ours).toFixed(2)}`;
    return `  ${name} ${duration(times.median).padStart(8)}  ${bar(times.median / slowest)}  ${
      note.padEnd(8)
    } ${range}`;
  });
  if (one.disturbed) lines.push("  the machine was busy: repeat this before believing it");
  return [heading, ...lines, ...verdicts.map((verdict) => `  ${renderVerdict(verdict)}`)].join(
    "\n",
  );
}

/** A verdict as a line: the goal, its gate, the figure and the outcome. */
export function renderVerdict(verdict: Verdict): string {
  const { goal, value } = verdict;
  const found = value === undefined ? verdict.reason ?? "" : figure(goal, value);
  const { gate, possible } = verdict;
  return `${OUTCOMES[verdict.outcome]}  ${wanted(goal, gate, possible)}: ${found}`;
}

/** A goal in words, with its gate and what is possible at all, if they are given. */
export function wanted(goal: Goal, gate?: number, possible?: number): string {
  const bound = gate === undefined ? "" : ` (gate ${figure(goal, gate)})`;
  switch (goal.kind) {
    case "ratio": {
      const most = possible === undefined ? "" : `, possible ${figure(goal, possible)}`;
      return `${goal.against} / blit >= ${Number(goal.atLeast.toFixed(2))}${most}${bound}`;
    }
    case "speed":
      return `>= ${goal.atLeastMBps} MB/s${bound}`;
    case "memory":
      return `memory < ${goal.belowMiB} MiB${bound}`;
    case "time":
      return `time < ${goal.belowMs} ms${bound}`;
    case "wire":
      return `bytes on the wire < ${figure(goal, goal.atMost)} of the tree's${bound}`;
  }
}

const OUTCOMES = {
  reached: "ok  ",
  held: "held",
  short: "short",
  fell: "FELL",
  unjudged: "?   ",
} as const;

/** A bar of {@linkcode BAR_WIDTH} cells, filled to eighths, for a share from 0 to 1. */
export function bar(share: number): string {
  const eighths = Math.max(1, Math.round(share * BAR_WIDTH * 8));
  const partial = eighths % 8 === 0 ? "" : " ▏▎▍▌▋▊▉"[eighths % 8] ?? "";
  return ("█".repeat(eighths >> 3) + partial).padEnd(BAR_WIDTH);
}

/** Milliseconds in the unit that reads best. */
export function duration(ms: number): string {
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Cases as text, with a bar for each program. */
export function renderCases(results: Pick<Results, "cases" | "gateShare">): string {
  const verdicts = judge(results);
  return results.cases.map((one) => renderCase(one, verdictsOf(one, verdicts))).join("\n\n");
}

/** The facts, and a line for each goal. */
export function renderSummary(results: Results): string {
  const lines = judge(results).map((verdict) =>
    `${nameVerdict(verdict).padEnd(24)} ${renderVerdict(verdict)}`
  );
  return `${renderFacts(results)}\n\n${lines.join("\n")}`;
}

/** Names what a verdict is about: "small-files on tmpfs". */
export function nameVerdict(verdict: Verdict): string {
  return `${verdict.scenario} on ${verdict.place}`;
}

/** The machine and what ran, in a paragraph. */
export function renderFacts(results: Results): string {
  const { machine, versions } = results;
  const programs = Object.entries(versions).map(([name, version]) =>
    version.startsWith(name) ? version : `${name} ${version}`
  );
  return `Measured ${results.date.slice(0, 10)}${results.quick ? " with --quick" : ""}, ` +
    `${results.rounds} ${
      results.rounds === 1 ? "round" : "rounds"
    }, on ${machine.cores} cores (${machine.processor}), ` +
    `${(machine.memoryMiB / 1024).toFixed(0)} GiB of memory, ` +
    `${machine.os} ${machine.kernel} ${machine.arch}, Deno ${machine.deno}.\n` +
    `Programs: ${programs.join("; ")}.`;
}

/** The whole result in Markdown: the facts, a table of medians, the bars. */
export function renderMarkdown(results: Results): string {
  const verdicts = judge(results);
  const peers = [...new Set(results.cases.flatMap((one) => one.series.map((s) => s.contender)))]
    .filter((name) => name !== "blit");
  const header = ["Scenario", "On", "blit", ...peers, "Ratio", "Goal", "Memory"];
  const rows = results.cases.filter((one) => one.skipped === undefined).map((one) => {
    const verdict = verdictsOf(one, verdicts).find((each) => each.goal.kind !== "memory");
    const ours = one.series.find((series) => series.contender === "blit");
    return [
      one.scenario,
      one.filesystem.split(" ")[0] ?? one.place,
      ...["blit", ...peers].map((name) => medianCell(one, name)),
      verdict?.value === undefined ? "" : `**${figure(verdict.goal, verdict.value)}**`,
      verdict === undefined ? "" : goalCell(verdict.goal),
      ours === undefined ? "" : memoryOf(ours),
    ];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    renderFacts(results),
    "",
    line(header),
    line(header.map((_, column) => column < 2 ? "---" : "---:")),
    ...rows.map(line),
    "",
    "```text",
    renderCases(results),
    "```",
  ].join("\n");
}

/** The client's memory, and its daemon's where there is one. */
function memoryOf({ peakMemoryMiB, serverPeakMemoryMiB }: Series): string {
  if (peakMemoryMiB === undefined) return "";
  const server = serverPeakMemoryMiB === undefined ? "" : `+${Math.round(serverPeakMemoryMiB)}`;
  return `${Math.round(peakMemoryMiB)}${server} MiB`;
}

/** A measured value in the unit of its goal. */
function figure(goal: Goal, value: number): string {
  switch (goal.kind) {
    case "ratio":
      return value.toFixed(2);
    case "speed":
      return `${Math.round(value)} MB/s`;
    case "memory":
      return `${Math.round(value)} MiB`;
    case "time":
      return duration(value);
    case "wire":
      return `${(value * 100).toFixed(1)} %`;
  }
}

function goalCell(goal: Goal): string {
  if (goal.kind === "ratio") return `${goal.against} ${Number(goal.atLeast.toFixed(2))}`;
  return goal.kind === "memory" ? "" : figure(goal, boundOf(goal).limit);
}

function medianCell(one: Case, contender: string): string {
  const series = one.series.find((each) => each.contender === contender);
  if (series === undefined) return "";
  const times = spread(series.timesMs);
  return series.failure !== undefined || times === undefined ? "failed" : duration(times.median);
}

function verdictsOf(one: Case, verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((verdict) =>
    verdict.scenario === one.scenario && verdict.place === one.place
  );
}
