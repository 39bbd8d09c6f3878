import { html } from "./escape.ts";

/** What a chart shows. */
export interface ChartData {
  /** Tells it from the others of the page, for those who hear it. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a sentence. */
  readonly description: string;
  /** Values of 0 and more, the oldest first. */
  readonly values: readonly number[];
  /** What stands below the first and the last. */
  readonly ends: readonly [string, string];
  /** A value for people. */
  readonly text: (value: number) => string;
}

/** Small enough that the words can be read on a phone. */
const WIDTH = 360;
const HEIGHT = 150;
const LEFT = 62;
const RIGHT = 352;
const TOP = 10;
const BOTTOM = 122;
/** Values that a point of the line stands for: itself and those before. */
const SMOOTH = 5;

/** A chart as SVG: a point for every value, and a line through the medians of five. */
export function chart({ id, title, description, values, ends, text }: ChartData): string {
  const most = niceAbove(Math.max(...values, 0));
  const x = (at: number): number =>
    values.length < 2
      ? (LEFT + RIGHT) / 2
      : LEFT + 6 + (RIGHT - LEFT - 12) * at / (values.length - 1);
  const y = (value: number): number => BOTTOM - (BOTTOM - TOP) * value / most;
  const lines = [0, most / 2, most].map((value) =>
    `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${point(y(value))}" y2="${
      point(y(value))
    }"/><text class="axis" x="${LEFT - 6}" y="${point(y(value) + 4)}" text-anchor="end">${
      html(text(value))
    }</text>`
  );
  const dots = values.map((value, at) =>
    `<circle class="dot" cx="${point(x(at))}" cy="${point(y(value))}" r="2.2"/>`
  );
  const medians = values.map((_, at) => median(values.slice(Math.max(0, at - SMOOTH + 1), at + 1)));
  const path = medians.map((value, at) => `${point(x(at))},${point(y(value))}`).join(" ");
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-t ${id}-d">`,
    `<title id="${id}-t">${html(title)}</title><desc id="${id}-d">${html(description)}</desc>`,
    ...lines,
    ...dots,
    `<polyline class="line" points="${path}"/>`,
    `<text class="axis" x="${LEFT}" y="${HEIGHT - 10}">${html(ends[0])}</text>`,
    `<text class="axis" x="${RIGHT}" y="${HEIGHT - 10}" text-anchor="end">${html(ends[1])}</text>`,
    "</svg>",
  ].join("\n");
}

/** No speed is smaller and can be told from none; powers of ten are not exact much below it. */
const LEAST = 1e-12;

/** The next of 1, 2, 5, 10, 20... that is no smaller, so that the scale has round numbers. */
export function niceAbove(value: number): number {
  if (!(value >= LEAST) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A coordinate, short. */
function point(value: number): string {
  return String(Math.round(value * 10) / 10);
}
