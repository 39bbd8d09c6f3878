import { mayBeRemote, pathBytes } from "../../core/endpoint/mod.ts";
import type { Argument } from "../arguments/invocation.ts";
import type { LookingRun } from "../listing/run.ts";
import { listenForInterrupts } from "../run/interrupt.ts";
import { bytes, count, duration } from "../output/numbers.ts";
import { type DiskSpeed, measureDisk } from "./disk.ts";
import type { LinkSpeed } from "./link.ts";
import { measureMount, mountRows } from "./mount.ts";

/** Measures the disk of a directory here, or the link to a server and the disk behind it. */
export async function printProbe(run: LookingRun, endpoint: Argument): Promise<void> {
  run.entries++;
  if (!mayBeRemote(endpoint)) return await printPlace(run, endpoint);
  const link = await import("./link.ts");
  const text = new TextDecoder().decode(pathBytes(endpoint));
  if (!text.includes("/")) {
    const { parseHost } = await import("../../core/endpoint/host.ts");
    return printLink(run, endpoint, await link.measureAnswers(parseHost(text.replace(/:$/, ""))));
  }
  const { parseEndpoint } = await import("../../core/endpoint/endpoint.ts");
  const place = parseEndpoint(endpoint);
  if (place.kind === "local") return await printPlace(run, endpoint);
  const answers = await link.measureAnswers(place);
  const readOnly = await link.isReadOnly(place);
  if (readOnly) run.tell("Nothing may be written there: only answers were measured.");
  const interrupt = new AbortController();
  // At the first, what was sent is removed.
  const release = listenForInterrupts(interrupt, () => Deno.exit(130));
  try {
    const content = readOnly ? {} : await link.measureContent(place, interrupt.signal);
    printLink(run, endpoint, { ...answers, ...content });
  } finally {
    release();
  }
}

/** A directory here: how fast its disk is, and what its file system can do. */
async function printPlace(run: LookingRun, endpoint: Argument): Promise<void> {
  printDisk(run, endpoint, await measureDisk(endpoint));
  // measureDisk takes names that are text alone.
  const mount = typeof endpoint === "string" ? await measureMount(endpoint) : undefined;
  if (mount === undefined) return;
  const { atMs: _, type: filesystem, ...capabilities } = mount;
  if (run.json) {
    const endpointBytes = pathBytes(endpoint);
    return run.printJson({ type: "mount", endpoint: endpointBytes, filesystem, ...capabilities });
  }
  print(run, mountRows(mount).map(([name, people, exact]) => [name, people, exact, ""]));
}

function printDisk(run: LookingRun, endpoint: Argument, speed: DiskSpeed): void {
  if (run.json) return run.printJson({ type: "disk", endpoint: pathBytes(endpoint), ...speed });
  print(run, [
    ["write", `${bytes(speed.writeBytesPerSecond)}/s`, speed.writeBytesPerSecond, "into memory"],
    ["synced", `${bytes(speed.syncedBytesPerSecond)}/s`, speed.syncedBytesPerSecond, "on disk"],
    ["read", `${bytes(speed.readBytesPerSecond)}/s`, speed.readBytesPerSecond, "from memory"],
    [
      "small files",
      `${count(speed.smallFilesPerSecond)}/s`,
      speed.smallFilesPerSecond,
      "made, written and removed",
    ],
  ]);
}

function printLink(run: LookingRun, endpoint: Argument, speed: LinkSpeed): void {
  if (run.json) return run.printJson({ type: "link", endpoint: pathBytes(endpoint), ...speed });
  const { connectMs, fastestMs, medianMs, slowestMs } = speed;
  const { pushBytesPerSecond: push, pullBytesPerSecond: pull } = speed;
  print(run, [
    ["connect", duration(connectMs), connectMs, "greeting included"],
    [
      "answer",
      `${medianMs} ms`,
      medianMs,
      `${fastestMs} to ${slowestMs} ms`,
    ],
    ...(push === undefined ? [] : [row("push", push, "one file, its disk included")]),
    ...(pull === undefined ? [] : [row("pull", pull, "the same file")]),
  ]);
}

type Row = readonly [name: string, people: string, exact: number, note: string];

function row(name: string, rate: number, note: string): Row {
  return [name, `${bytes(rate)}/s`, rate, note];
}

/** Aligned with notes at a terminal; elsewhere names and exact numbers. */
function print(run: LookingRun, rows: readonly Row[]): void {
  for (const [name, people, exact, note] of rows) {
    const line = run.terminal
      ? `${name.padEnd(12)}${people.padStart(12)}  ${note}`.trimEnd()
      : `${name}\t${exact}`;
    run.out.text(`${line}\n`);
  }
}
