import type { Direction, RunRecord } from "../../core/history/mod.ts";

/** Runs of one kind, summed up. */
export interface RunGroup {
  readonly verb: RunRecord["verb"];
  readonly direction: Direction;
  readonly transport: RunRecord["transport"];
  readonly runs: number;
  /** Files whose content was written, in all. */
  readonly files: number;
  /** Bytes of content written, in all. */
  readonly bytes: number;
  readonly failures: number;
  /** Medians over the runs that wrote content; absent where none did. */
  readonly bytesPerSecond?: number;
  readonly filesPerSecond?: number;
  readonly firstPayloadMs?: number;
  /** When the last of them ended: milliseconds since 1970. */
  readonly lastMs: number;
}

/** The runs by verb, direction and transport, the group with the newest run first. */
export function groupRuns(runs: readonly RunRecord[]): RunGroup[] {
  const groups = Map.groupBy(
    runs,
    ({ verb, direction, transport }) => `${verb} ${direction} ${transport}`,
  );
  return [...groups.values()].flatMap(groupOf)
    .sort((left, right) => right.lastMs - left.lastMs);
}

function groupOf(runs: readonly RunRecord[]): RunGroup[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { verb, direction, transport } = first;
  const sum = (value: (run: RunRecord) => number): number =>
    runs.reduce((total, run) => total + value(run), 0);
  const writing = runs.filter(({ bytes, elapsedMs }) => bytes > 0 && elapsedMs >= 0.01);
  const bytesPerSecond = median(writing.map(({ bytes, elapsedMs }) => bytes * 1000 / elapsedMs));
  const filesPerSecond = median(writing.map(({ files, elapsedMs }) => files * 1000 / elapsedMs));
  const firsts = runs.flatMap(({ firstPayloadMs }) => firstPayloadMs ?? []);
  const firstPayloadMs = median(firsts);
  return [{
    verb,
    direction,
    transport,
    runs: runs.length,
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    failures: sum(({ failures }) => failures),
    ...(bytesPerSecond !== undefined && { bytesPerSecond: Math.round(bytesPerSecond) }),
    ...(filesPerSecond !== undefined && { filesPerSecond: Math.round(filesPerSecond * 10) / 10 }),
    ...(firstPayloadMs !== undefined && { firstPayloadMs }),
    lastMs: Math.max(...runs.map(({ endedMs }) => endedMs)),
  }];
}

/** The middle value, or of two the lower one; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 2)];
}
