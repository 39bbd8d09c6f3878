import { EDITS } from "./edits.ts";

/** A way to compare two trees, and which edits of the source it finds. */
export interface Mode {
  /** As it is typed. */
  readonly name: string;
  readonly args: readonly string[];
  /** Names of edits that it does not find, or leaves as they are. */
  readonly misses: readonly string[];
}

/** Hidden by size and time being what they were. */
const HIDDEN = ["written", "mapped", "cut", "punched", "over", "swapped", "unlinked"];
/** The link is made, with the content that its first name has at the destination. */
const LINKED = "joined";
/** Only `-X` looks at these. */
const ATTRIBUTES = ["attribute"];
/** All that is done to what the destination has already. */
const EXISTING = EDITS.map(({ name }) => name).filter((name) => name !== "directory");

/** Runs that transfer. */
export const TRANSFERS: readonly Mode[] = [
  { name: "mirror", args: [], misses: [...HIDDEN, LINKED, ...ATTRIBUTES] },
  { name: "mirror -X", args: ["-X"], misses: [...HIDDEN, LINKED] },
  { name: "mirror -c", args: ["-c"], misses: ATTRIBUTES },
  {
    name: "mirror --size-only",
    args: ["--size-only"],
    misses: [...HIDDEN, LINKED, ...ATTRIBUTES, "nanosecond", "clock-back", "clock-ahead"],
  },
  { name: "mirror --ignore-times", args: ["--ignore-times"], misses: ATTRIBUTES },
  {
    name: "mirror -u",
    args: ["-u"],
    misses: [...HIDDEN, LINKED, ...ATTRIBUTES, "clock-back"],
  },
  { name: "mirror --ignore-existing", args: ["--ignore-existing"], misses: EXISTING },
  { name: "mirror --resume", args: ["--resume"], misses: [...HIDDEN, LINKED, ...ATTRIBUTES] },
];

/** Runs that only tell. */
export const CHECKS: readonly Mode[] = [
  { name: "check", args: [], misses: [...HIDDEN, ...ATTRIBUTES] },
  { name: "check -X", args: ["-X"], misses: HIDDEN },
  { name: "check -c", args: ["-c"], misses: ATTRIBUTES },
  {
    name: "check --size-only",
    args: ["--size-only"],
    misses: [...HIDDEN, ...ATTRIBUTES],
  },
];

/** Of a manifest that was written before. Hard links and attributes are not in it. */
export const MANIFESTS: readonly Mode[] = [
  { name: "check --manifest", args: [], misses: [...HIDDEN, ...ATTRIBUTES, "joined"] },
  { name: "check -c --manifest", args: ["-c"], misses: ATTRIBUTES },
];

const BEGIN = "<!-- What follows is written by tests/property/hidden_edits_test.ts. -->";
const END = "<!-- Until here. -->";

/** The page with its table as the promises are. */
export function pageWith(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("The page has no place for the table.");
  return `${page.slice(0, begin)}${BEGIN}\n\n${table()}\n${page.slice(end)}`;
}

function table(): string {
  const modes = [...TRANSFERS, ...CHECKS, ...MANIFESTS];
  const letters = modes.map((_, index) => String.fromCharCode(97 + index));
  const legend = modes.map(({ name }, index) => `- **${letters[index]}** \`${name}\``);
  const rows = [
    ["what was done to the source", ...letters],
    ["---", ...letters.map(() => ":-:")],
    ...EDITS.map(({ name, words }) => [
      words,
      ...modes.map(({ misses }) => misses.includes(name) ? "–" : "✓"),
    ]),
  ];
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => row[column]!.length), 3)
  );
  const lines = rows.map((row) =>
    `| ${row.map((cell, column) => fill(cell, widths[column]!)).join(" | ")} |`
  );
  return `${legend.join("\n")}\n\n${lines.join("\n")}\n`;
}

/** As deno fmt aligns tables. */
function fill(cell: string, width: number): string {
  if (cell === "---") return "-".repeat(width);
  if (cell === ":-:") return `:${"-".repeat(width - 2)}:`;
  if (cell.length > 1) return cell.padEnd(width);
  const left = Math.floor((width - cell.length) / 2);
  return " ".repeat(left) + cell + " ".repeat(width - left - cell.length);
}
