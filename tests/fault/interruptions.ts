import assert from "node:assert/strict";
import { bytesIn, shortLink, startCopy } from "../integration/resume_ground.ts";
import {
  type Background,
  bash,
  type Daemon,
  type JoinedNamespaces,
  setLink,
  temporariesIn,
} from "../support/mod.ts";
import { isThere } from "../support/is_there.ts";
import { mountSlowly } from "../support/stalling_mount.ts";

const MIB = 1 << 20;

/** Which way a file goes. */
export type Direction = "local" | "push" | "pull";

/**
 * What ends a run early. A dead link is one whose ends hear of it: a connection that is cut, on
 * one machine the server of the source's file system that dies. Of a pulled cable nobody hears.
 */
export type Interruption = "SIGKILL" | "a dead link" | "a pulled cable" | "a full disk";

/** A tree `source` with one large file, and `destination`, a tmpfs of its own. */
export interface Scene {
  readonly path: string;
  readonly direction: Direction;
  /** Bytes of the large file. */
  readonly size: number;
  /** Undefined where both ends are here. */
  readonly daemon: Daemon | undefined;
  /** What is between the ends, if they are not on one loopback. */
  readonly net: JoinedNamespaces | undefined;
}

const MIRROR = ["mirror", "-y", "--resume"];

/** The operands of a mirror of a scene's tree. */
export function operands(scene: Scene, host = scene.daemon?.host): [string, string] {
  const { direction, daemon } = scene;
  const at = (name: string): string => `${host}:${daemon?.port}//${name}`;
  return [
    direction === "pull" ? at("source/") : "source/",
    direction === "push" ? at("destination/in") : "destination/in",
  ];
}

/**
 * Interrupts a mirror at a random moment, after this share of its large file at least; false when
 * it had ended before, or the file arrived all the same: a daemon puts what it has got in its place.
 */
export async function interrupt(
  scene: Scene,
  how: Interruption,
  least: number,
): Promise<boolean> {
  const bytes = (least + (0.95 - least) * Math.random()) * scene.size;
  const isHit = how === "a full disk"
    ? await fillDisk(scene, bytes)
    : how === "SIGKILL"
    ? await kill(scene, bytes)
    : how === "a pulled cable"
    ? await pullCable(scene, bytes)
    : scene.direction === "local"
    ? await loseSource(scene, bytes)
    : await cutLink(scene, bytes);
  await untilNobodyWorks(scene);
  return isHit && !isThere(`${scene.path}/destination/in/a/big`);
}

async function fillDisk(scene: Scene, bytes: number): Promise<boolean> {
  const disk = `${scene.path}/destination`;
  const resize = (size: number): Promise<string> =>
    bash(`mount -o "remount,size=$2" "$1"`, [disk, String(Math.ceil(size))]);
  // A disk cannot be made smaller than what is on it.
  const used = Number(await bash(`du -s -B1 "$1" | cut -f1`, [disk]));
  const share = bytes / scene.size;
  await resize(used + share * Math.max(scene.size - used, 0) + MIB);
  await using run = begin(scene);
  const { code } = await run.ended();
  assert.ok(code <= 2, `${code}: ${run.stderr()}`);
  await resize(3 * scene.size);
  return code > 0;
}

async function kill(scene: Scene, bytes: number): Promise<boolean> {
  await using run = begin(scene);
  await untilWritten(scene, bytes, run);
  run.signal("SIGKILL");
  return (await run.ended()).signal === "SIGKILL";
}

async function cutLink(scene: Scene, bytes: number): Promise<boolean> {
  const { daemon, direction } = scene;
  assert.ok(daemon !== undefined);
  await using link = shortLink(daemon, direction === "pull" ? "client" : "daemon", bytes);
  await using run = begin(scene, operands(scene, link.host));
  await Promise.race([run.ended(), link.worn]);
  await link[Symbol.asyncDispose]();
  // All may have come before it was cut.
  return (await run.ended()).code > 0;
}

async function pullCable(scene: Scene, bytes: number): Promise<boolean> {
  const { net } = scene;
  assert.ok(net !== undefined);
  await using run = begin(scene);
  await untilWritten(scene, bytes, run);
  await setLink(net.client, "down");
  const { code } = await run.ended();
  await setLink(net.client, "up");
  return code !== 0;
}

async function loseSource(scene: Scene, bytes: number): Promise<boolean> {
  const { path } = scene;
  await using far = await mountSlowly(`${path}/source`, `${path}/far`);
  await using run = begin(scene, ["far/", "destination/in"]);
  await untilWritten(scene, bytes, run);
  await far[Symbol.asyncDispose]();
  const { code } = await run.ended();
  assert.ok(code <= 2, `${code}: ${run.stderr()}`);
  return code > 0;
}

function begin(scene: Scene, ends: readonly string[] = operands(scene)): Background {
  return startCopy(scene.path, [...MIRROR, ...ends], {}, scene.net?.client);
}

/** Waits until so much of the large file is written, or the run is over. */
async function untilWritten(
  { path }: Scene,
  bytes: number,
  run: Background,
): Promise<void> {
  let isOver = false;
  run.ended().then(() => isOver = true);
  while (!isOver) {
    for (const name of await temporariesIn(`${path}/destination`).catch(() => [])) {
      if (await bytesIn(`${path}/destination/${name}`).catch(() => 0) >= bytes) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Waits until no run, however late it hears of its end, holds what is left or puts it in its place. */
async function untilNobodyWorks({ path }: Scene): Promise<void> {
  const left = (): Promise<string[]> => temporariesIn(`${path}/destination`).catch(() => []);
  let names = await left();
  for (let before: readonly string[] = []; names.join() !== before.join(); names = await left()) {
    before = names;
    for (const name of names) {
      await bash(`[ ! -e "$1" ] || flock -w 60 "$1" true || [ ! -e "$1" ]`, [
        `${path}/destination/${name}`,
      ]);
    }
  }
}
