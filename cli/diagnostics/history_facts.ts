import { readHistory, type RunRecord, trendsOf } from "../../core/history/mod.ts";

/** What the dump says of earlier runs. */
export interface HistoryFacts {
  /** Whether one is kept. */
  readonly kept: boolean;
  /** Something else is in its place. */
  readonly unreadable: boolean;
  readonly runs: number;
  /** Lines that are no records. */
  readonly unread: number;
  readonly stalls: number;
  readonly retries: number;
  /** When the newest ended: milliseconds since 1970. */
  readonly lastMs?: number;
  /** The latest runs in which something failed, the newest first. */
  readonly failures: readonly FailedRun[];
  /** Classes of runs, the one with the newest first. */
  readonly workloads: readonly WorkloadFacts[];
}

/** A run in which something failed. */
export interface FailedRun {
  readonly endedMs: number;
  readonly verb: RunRecord["verb"];
  readonly direction: RunRecord["direction"];
  readonly failures: number;
  /** Codes with how often they came; empty for runs that no codes were kept of. */
  readonly codes: Readonly<Record<string, number>>;
}

/** A class of runs. */
export interface WorkloadFacts {
  readonly workload: string;
  readonly runs: number;
  readonly unit: "bytes" | "files" | "entries";
  readonly perSecond: number;
  readonly change?: number;
}

const FAILED = 10;
const WORKLOADS = 20;

/** Sums the history up; the path of its file is left out. */
export function historyFacts(): HistoryFacts {
  const { file, runs, unread, problem } = readHistory();
  const sum = (value: (run: RunRecord) => number | undefined): number =>
    runs.reduce((total, run) => total + (value(run) ?? 0), 0);
  const byTime = runs.toSorted((left, right) => right.endedMs - left.endedMs);
  const [newest] = byTime;
  return {
    kept: file !== undefined,
    unreadable: problem !== undefined,
    runs: runs.length,
    unread,
    stalls: sum(({ stalls }) => stalls),
    retries: sum(({ retries }) => retries),
    ...(newest !== undefined && { lastMs: newest.endedMs }),
    failures: byTime.filter(({ failures }) => failures > 0).slice(0, FAILED).map(failedRun),
    workloads: trendsOf(runs).slice(0, WORKLOADS).map(
      ({ workload, runs, unit, recent, change }) => ({
        workload,
        runs: runs.length,
        unit,
        perSecond: Math.round(recent * 10) / 10,
        ...(change !== undefined && { change: Math.round(change * 1000) / 1000 }),
      }),
    ),
  };
}

function failedRun({ endedMs, verb, direction, failures, failureCodes }: RunRecord): FailedRun {
  return { endedMs, verb, direction, failures, codes: failureCodes ?? {} };
}
