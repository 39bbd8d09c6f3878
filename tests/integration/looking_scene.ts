import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/looking.schema.json" with { type: "json" };
import { blitCommand, type Daemon, type Ground, onGround, startDaemon } from "../support/mod.ts";

/** What a program gave, a character of text for a byte. */
export interface Bytes {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A way to name the tree: as a path of this machine, or as a place on a daemon. */
export interface View {
  readonly name: "local" | "remote";
  /** The endpoint of a path below the tree. */
  at(path?: string): string;
  /** What `--canonical` prints for it. */
  canonical(path?: string): string;
}

/** A tree that is looked at in both ways. */
export interface Scene {
  readonly ground: Ground;
  /** The tree's path, `ground.source`. */
  readonly tree: string;
  readonly daemon: Daemon;
  readonly views: readonly View[];
  /** Runs blit-utils. */
  utils(...args: string[]): Promise<Bytes>;
}

const LINUX = { only: "linux", onlyLocal: true } as const;

/** Registers a test that has a tree to fill and a daemon with the module `tree` on it. */
export function onScene(
  name: string,
  fn: (scene: Scene) => Promise<void>,
  options: Parameters<typeof onGround>[2] = {},
): void {
  onGround(name, async (ground) => {
    const tree = ground.source;
    await Deno.mkdir(tree);
    const config = `[[module]]\nname = "tree"\npath = "${tree}"\n`;
    await using daemon = await startDaemon({ config });
    const local: View = {
      name: "local",
      at: (path = "") => `${tree}/${path}`,
      canonical: (path = "") => path === "" ? tree : `${tree}/${path}`,
    };
    const remote: View = {
      name: "remote",
      at: (path) => daemon.module("tree", path),
      canonical: (path) => daemon.module("tree", path),
    };
    await fn({
      ground,
      tree,
      daemon,
      views: [local, remote],
      utils: (...args) => utils(ground, ...args),
    });
  }, { ...LINUX, ...options });
}

/** Runs blit-utils in the ground's directory. */
export function utils(ground: Ground, ...args: string[]): Promise<Bytes> {
  const { program, args: all, env } = blitCommand(args, { program: "blit-utils" });
  return bytesOf(program, all, ground.path, { ...env, ...ground.backend.env });
}

/** What a bash script prints in a directory; names are sorted by their bytes. */
export async function oracle(directory: string, script: string): Promise<string> {
  const output = await bytesOf("bash", ["-euo", "pipefail", "-c", script], directory, {
    LC_ALL: "C",
  });
  assert.equal(output.code, 0, output.stderr);
  return output.stdout;
}

async function bytesOf(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Bytes> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);
  return { code, stdout: binary(stdout), stderr: text(stderr) };
}

/** A character for each byte; `latin1` of the decoder is windows-1252 and is not. */
export function binary(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

/** What ends with `end`, sorted. */
export function sorted(text: string, end: string): string[] {
  if (text === "") return [];
  assert.ok(text.endsWith(end));
  return text.slice(0, -1).split(end).sort();
}

const validator = new Validator(schema, "2020-12");

/** The objects of `--json`, each held to the published schema. */
export function objectsOf({ stdout }: Bytes): Record<string, unknown>[] {
  const text = new TextDecoder().decode(Uint8Array.from(stdout, (unit) => unit.charCodeAt(0)));
  return text.trimEnd().split("\n").map((line) => {
    const object = JSON.parse(line);
    const { valid, errors } = validator.validate(object);
    assert.ok(valid, JSON.stringify({ object, errors }, null, 1));
    return object;
  });
}

/** The bytes of a path in an object, as {@linkcode binary} has them. */
export function pathIn(object: Record<string, unknown>, field = "path"): string {
  const base64 = object[`${field}_base64`];
  if (typeof base64 === "string") return atob(base64);
  return binary(new TextEncoder().encode(String(object[field])));
}
