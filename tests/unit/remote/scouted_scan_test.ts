import assert from "node:assert/strict";
import type { ScanTask } from "../../../core/remote/mover/scan_task.ts";
import { ScoutedScan } from "../../../core/remote/end/scouted_scan.ts";

/** Longer than directories wait before there is another scout. */
const LONG_MS = 600;

const task = (): ScanTask => ({
  listed: undefined,
  source: 0,
  path: new Uint8Array(1),
  parent: 0,
  parentEntry: 0,
  names: new Uint8Array(0),
  flags: 0,
  removes: false,
  weight: 0,
});

const tasks = (count: number): ScanTask[] => Array.from({ length: count }, task);

/** A scan, who its scouts are, and which of them were told something. */
function watched(): { scan: ScoutedScan; scouts: number[]; told: number[] } {
  const scouts: number[] = [];
  const told: number[] = [];
  const scan = new ScoutedScan((scout) => {
    scouts.push(scout);
    return { say: () => told.push(scout) };
  });
  return { scan, scouts, told };
}

const late = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LONG_MS));

Deno.test("directories that wait while all scouts are at work get another scout", async () => {
  const { scan, scouts, told } = watched();
  scan.add(tasks(3));
  assert.equal(told.length, 2);
  await late();
  assert.deepEqual(scouts, [0, 1, 2]);
  assert.equal(told.length, 3);
  scan.close();
});

Deno.test("a scan that was closed starts no scouts for what the stopped ones still tell", async () => {
  const { scan, scouts, told } = watched();
  scan.add(tasks(3));
  scan.close();
  scan.found(0, tasks(5));
  scan.add(tasks(1));
  await late();
  assert.deepEqual(scouts, [0, 1]);
  assert.equal(told.length, 2);
});
