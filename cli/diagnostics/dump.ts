import { counted } from "../output/numbers.ts";
import type { LookingRun } from "../listing/run.ts";
import { type Facts, gatherFacts, type Part } from "./facts.ts";
import { mountText } from "./known_mounts.ts";
import { speedText } from "./speed.ts";

/** Prints what a bug report needs: for people, or as one object of JSON. */
export async function printDump(run: LookingRun): Promise<void> {
  const facts = await gatherFacts();
  run.entries++;
  if (run.json) {
    const { switches, ...others } = facts;
    // Variables keep their names.
    const set = Object.entries(switches).map(([name, value]) => ({ name, value }));
    const mounts = Object.entries(facts.mounts).map(([type, count]) => ({ type, count }));
    const failures = facts.history.failures.map((run) => ({
      ...run,
      codes: Object.entries(run.codes).map(([code, count]) => ({ code, count })),
    }));
    const history = { ...facts.history, failures };
    run.printJson({ type: "dump", ...others, mounts, history, switches: set });
  } else run.out.text(dumpText(facts));
}

/** The facts as text. */
export function dumpText(facts: Facts): string {
  const { history } = facts;
  const lines: string[] = ["blit diagnostics: no names of files, hosts and users are in here."];
  const part = (heading: string, rows: readonly (readonly [string, string])[]): void => {
    lines.push("", heading);
    const width = Math.max(...rows.map(([name]) => name.length), 0);
    for (const [name, value] of rows) lines.push(`  ${name.padEnd(width)}  ${value}`);
    if (rows.length === 0) lines.push("  none");
  };
  part("Versions", rowsOf(facts.versions));
  part("Machine", rowsOf(facts.machine));
  part("Backend", rowsOf(facts.backend));
  part("File systems of places", rowsOf(facts.places));
  part("Mounts by type", rowsOf(facts.mounts, (name) => name));
  part(
    "Mounts that were probed",
    facts.known.mounts.map((mount) => [mount.type, mountText(mount)] as const),
  );
  part(
    "Large files between mounts",
    facts.known.copies.map(({ refusesReflink, copyRange, sendFile, readWrite }) => {
      const rates = [copyRange, sendFile, readWrite].map((rate) => speedText("bytes", rate));
      const reflinks = refusesReflink ? "no" : "yes";
      return [
        `reflinks ${reflinks}`,
        `copy ranges ${rates[0]}, sendfile ${rates[1]}, read and write ${rates[2]}`,
      ] as const;
    }),
  );
  part("Limits", rowsOf(facts.limits));
  part("Switches in the environment", rowsOf(facts.switches, (name) => name));
  const { kept, unreadable, runs, unread, stalls, retries, lastMs } = history;
  const last = lastMs === undefined ? undefined : new Date(lastMs).toISOString();
  part("History", rowsOf({ kept, unreadable, runs, last, unread, stalls, retries }));
  part(
    "Latest runs with failures",
    history.failures.map(({ endedMs, verb, direction, failures, codes }) => {
      const told = Object.entries(codes).map(([code, count]) => `${code} ${count}`).join(", ");
      const what = `${verb} ${direction}, ${failures} failed`;
      return [new Date(endedMs).toISOString(), told === "" ? what : `${what}: ${told}`] as const;
    }),
  );
  part(
    "Kinds of runs",
    history.workloads.map(({ workload, runs, unit, perSecond, change }) => {
      const speed = speedText(unit, perSecond);
      const trend = change === undefined ? "" : `, ${change < 0 ? "" : "+"}${percent(change)}`;
      return [workload, `${counted(runs, "run")}, lately ${speed}${trend}`] as const;
    }),
  );
  return lines.join("\n") + "\n";
}

/** A change as in `-12 %`. */
function percent(change: number): string {
  return `${Math.round(change * 100)} %`;
}

function rowsOf(part: Part, name = spaced): (readonly [string, string])[] {
  return Object.entries(part).flatMap(([key, value]) =>
    value === undefined ? [] : [
      [
        name(key),
        typeof value === "boolean" ? (value ? "yes" : "no") : String(value),
      ] as const,
    ]
  );
}

/** `openFilesHard` as `open files hard`. */
function spaced(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
