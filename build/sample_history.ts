/**
 * A history as a machine may have it after some weeks, for the picture of `blit diagnostics`: the
 * same at every call. The speeds are invented, the classes are those that people have.
 *
 * @module
 */

/** A line of the history; docs/history.md. */
type Line = Readonly<Record<string, string | number | undefined>>;

/** A kind of run and how it goes. */
interface Kind {
  readonly runs: number;
  readonly fields: Line;
  readonly elapsedMs: number;
  readonly firstPayloadMs?: number;
  /** What the last runs take, as a share of the others. */
  readonly lately: number;
}

const BASE = {
  version: 2,
  endedMs: Date.UTC(2026, 10, 21, 9),
  blit: "0.1.0",
  verb: "mirror",
  direction: "local",
  transport: "local",
  backend: "linux",
  streams: 0,
  entries: 0,
  files: 0,
  bytes: 0,
  wireBytes: 0,
  deleted: 0,
  failures: 0,
  elapsedMs: 0,
  firstPayloadMs: undefined,
  stalls: 0,
  retries: 0,
};

const HERE = { sourceFilesystem: "ext4", destinationFilesystem: "ext4" } as const;
const PUSH = { direction: "push", transport: "tcp", streams: 2, sourceFilesystem: "ext4" } as const;

const KINDS: readonly Kind[] = [
  {
    runs: 64,
    fields: { ...HERE, entries: 94_000, files: 310, bytes: 41_000_000 },
    elapsedMs: 230,
    firstPayloadMs: 9,
    lately: 0.8,
  },
  { runs: 40, fields: { ...HERE, entries: 94_000 }, elapsedMs: 140, lately: 1 },
  {
    runs: 36,
    fields: { ...PUSH, verb: "copy", entries: 26, files: 24, bytes: 2_100_000_000 },
    elapsedMs: 4100,
    firstPayloadMs: 31,
    lately: 1.35,
  },
  {
    runs: 22,
    fields: { ...HERE, verb: "copy", entries: 1, files: 1, bytes: 48_000 },
    elapsedMs: 2.4,
    firstPayloadMs: 1.6,
    lately: 1,
  },
];

const DAY_MS = 86_400_000;
/** Of a kind's runs the last so many go as `lately` says. */
const LATELY = 5;

/** The lines, the oldest first. */
export function sampleHistory(): string[] {
  let seed = 7;
  // Numerical Recipes' linear congruential generator: the picture is the same each time.
  const random = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) >>> 0) / 2 ** 32;
  return KINDS.flatMap(({ runs, fields, elapsedMs, firstPayloadMs, lately }, kind) =>
    Array.from({ length: runs }, (_, at) => {
      const size = 0.85 + 0.3 * random();
      const pace = (0.88 + 0.3 * random() ** 2) * (at >= runs - LATELY ? lately : 1);
      const first = firstPayloadMs === undefined ? undefined : firstPayloadMs * (0.8 + random());
      return {
        ...BASE,
        ...fields,
        endedMs: BASE.endedMs - (runs - at - 1) * 28 * DAY_MS / runs - kind * 1_800_000 -
          Math.round(random() * 7_200_000),
        bytes: Math.round(Number(fields.bytes ?? 0) * (fields.files === 1 ? 1 : size)),
        wireBytes: fields.direction === "push" ? Math.round(Number(fields.bytes ?? 0) * size) : 0,
        elapsedMs: elapsedMs * size * pace,
        firstPayloadMs: first,
      };
    })
  ).sort((left, right) => left.endedMs - right.endedMs).map((line) => JSON.stringify(line));
}
