import { bytesPerSecond, type RunRecord, speedOf, type Trend } from "../../core/history/mod.ts";
import { bytes, count, counted, duration } from "../output/numbers.ts";
import { chart } from "./chart.ts";
import { html } from "./escape.ts";
import { momentText } from "./moment.ts";
import { type Performance, runForPeople, trendForPeople } from "./perf.ts";
import { predictionForPeople } from "./predictions.ts";
import { changeText, speedText } from "./speed.ts";
import { STYLE } from "./style.ts";

/** Kinds of runs that are drawn, and how many runs of each. */
const CHARTS = 12;
const POINTS = 200;

const RUN_COLUMNS = [
  ...["Ended", "Verb", "Over", "Workload", "File systems", "Streams", "Files", "Size", "Speed"],
  ...["First byte", "Total", "Bound by"],
];
const PREDICTION_COLUMNS = [
  ...["Kind of run", "Learnt from", "Next run", "Plan", "Confidence", "Compared", "Off by"],
];
const TREND_COLUMNS = ["Kind of run", "Runs", "Last 5", "Before", "Change"];

const PREDICTED =
  "Times expected of the next run with as much to do as the newest one, and how far " +
  "runs were from what had been expected of them.";

/**
 * The whole page. It asks for nothing from elsewhere and runs no script, and its policy forbids
 * both; everything that comes from the history is escaped.
 */
export async function performancePage(performance: Performance): Promise<string> {
  const { latest, runs, trends, predictions } = performance;
  const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; " +
    `style-src 'sha256-${await sha256(STYLE)}'`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${html(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    "<title>How blit's runs went</title>",
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<header>",
    "<h1>How blit’s runs went</h1>",
    '<p class="soft">From what this machine keeps of finished runs. No names and no paths are in ' +
    "it, and this page asks for nothing from elsewhere.</p>",
    tiles(runs),
    "</header>",
    "<main>",
    ...(runs.length === 0 ? ["<p>No run has been recorded yet.</p>"] : [
      ...charts(trends),
      ...table("Trends", "Medians of the last five runs, and of up to twenty before.", {
        columns: TREND_COLUMNS,
        rows: trends.map(trendForPeople),
        textColumns: 1,
      }),
      ...(predictions.length === 0 ? [] : table("Predictions", PREDICTED, {
        columns: PREDICTION_COLUMNS,
        rows: predictions.map(predictionForPeople),
        textColumns: 1,
      })),
      ...table("Latest runs", `The latest ${counted(latest.length, "run")}, newest first; UTC.`, {
        columns: RUN_COLUMNS,
        rows: latest.map(runForPeople),
        textColumns: 5,
      }),
    ]),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function tiles(runs: readonly RunRecord[]): string {
  const sum = (value: (run: RunRecord) => number): number =>
    runs.reduce((total, run) => total + value(run), 0);
  const best = Math.max(0, ...runs.map((run) => bytesPerSecond(run) ?? 0));
  const shown = [
    ["Runs", count(runs.length)],
    ["Files written", count(sum(({ files }) => files))],
    ["Bytes written", bytes(sum((run) => run.bytes))],
    ["Fastest", best > 0 ? `${bytes(best)}/s` : "-"],
    ["Failed entries", count(sum(({ failures }) => failures))],
    ["Stalls", count(sum(({ stalls = 0 }) => stalls))],
  ];
  const tile = ([name = "", value = ""]: readonly string[]): string =>
    `<div><dt>${html(name)}</dt><dd>${html(value)}</dd></div>`;
  return `<dl class="tiles">\n${shown.map(tile).join("\n")}\n</dl>`;
}

function charts(trends: readonly Trend[]): string[] {
  const drawn = trends.slice(0, CHARTS);
  const left = trends.length - drawn.length;
  return [
    '<section aria-labelledby="kinds">',
    '<h2 id="kinds">By kind of run</h2>',
    '<div class="cards">',
    ...drawn.map(card),
    "</div>",
    ...(left > 0
      ? [`<p class="soft">${html(counted(left, "more kind"))} in the table below.</p>`]
      : []),
    "</section>",
  ];
}

function card(trend: Trend, index: number): string {
  const { workload, unit, direction, change } = trend;
  const arrow = { faster: "▲", slower: "▼", steady: "■", unknown: "" }[direction];
  const word = direction === "unknown"
    ? "too few runs for a trend"
    : `${arrow} ${direction} (${changeText(change)})`;
  const lately = speedText(unit, trend.recent);
  const runs = trend.runs.slice(-POINTS);
  const speeds = runs.flatMap((run) => {
    const speed = speedOf(run);
    return speed?.unit === unit ? [{ run, value: speed.perSecond }] : [];
  });
  const firsts = runs.flatMap((run) =>
    run.firstPayloadMs === undefined ? [] : [{ run, value: run.firstPayloadMs }]
  );
  return [
    "<article>",
    `<h3>${html(workload)}</h3>`,
    `<p>${html(counted(trend.runs.length, "run"))}, lately ${html(lately)}; ` +
    `<span class="${direction}">${html(word)}</span></p>`,
    ...drawing(`speed-${index}`, workload, speeds, {
      name: unit === "bytes" ? "Speed" : `Speed, ${unit} a second`,
      text: (value) => speedText(unit, value),
      axis: (value) => unit === "bytes" ? speedText(unit, value) : shortCount(value),
    }),
    ...drawing(`first-${index}`, workload, firsts, {
      name: "First byte",
      text: precise,
      axis: precise,
    }),
    "</article>",
  ].join("\n");
}

/** What is drawn, and how its values are written in sentences and at the scale. */
interface Quantity {
  readonly name: string;
  readonly text: (value: number) => string;
  readonly axis: (value: number) => string;
}

function drawing(
  id: string,
  workload: string,
  points: readonly { readonly run: RunRecord; readonly value: number }[],
  { name, text, axis }: Quantity,
): string[] {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];
  const values = points.map(({ value }) => value);
  const range = `between ${text(Math.min(...values))} and ${text(Math.max(...values))}`;
  return [
    `<h4>${html(name)}</h4>`,
    chart({
      id,
      title: `${name}: ${workload}`,
      description: `${counted(values.length, "run")}, ${range}; the last ${text(last.value)}.`,
      values,
      ends: [momentText(first.run.endedMs), momentText(last.run.endedMs)],
      text: axis,
    }),
  ];
}

/** A count for a scale: `0`, `500`, `1.5k`, `2M`. */
function shortCount(value: number): string {
  const units = ["", "k", "M", "G", "T"];
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(value, 1)) / 3));
  return `${Number((value / 1000 ** unit).toPrecision(3))}${units[unit]}`;
}

/** Small times with a digit more than `duration` has. */
function precise(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 999.5 ? `${milliseconds.toFixed(0)} ms` : duration(milliseconds);
}

interface TableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** So many columns at the left are text, the others are numbers. */
  readonly textColumns: number;
}

function table(heading: string, caption: string, data: TableData): string[] {
  const { columns, rows, textColumns } = data;
  const side = (column: number): string => column < textColumns ? "" : ' class="number"';
  const cells = (row: readonly string[]): string =>
    row.map((cell, at) =>
      at === 0 ? `<th scope="row">${html(cell)}</th>` : `<td${side(at)}>${html(cell)}</td>`
    ).join("");
  const id = heading.toLowerCase().replaceAll(" ", "-");
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${html(heading)}</h2>`,
    // Scrolled with the keyboard too, where it is wider than the window.
    `<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}">`,
    `<table><caption>${html(caption)}</caption>`,
    `<thead><tr>${
      columns.map((name, at) => `<th scope="col"${side(at)}>${html(name)}</th>`).join("")
    }</tr></thead>`,
    "<tbody>",
    ...rows.map((row) => `<tr>${cells(row)}</tr>`),
    "</tbody></table></div></section>",
  ];
}

/** The digest that lets the page's own style pass its policy (CSP level 3). */
async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
