import assert from "node:assert/strict";
import { type Background, inBackground } from "./background.ts";
import { blitCommand } from "./blit.ts";
import { command } from "./command.ts";
import { type Need, unmet } from "./host.ts";
import { makePlace, type Medium } from "./place.ts";

/** A source and a destination with a place for sockets, and what happens to them. */
export interface WatchedPair extends AsyncDisposable {
  readonly path: string;
  readonly source: string;
  readonly destination: string;
  /** Variables that let every blit find the socket. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts `blit watch --json` of the two, and waits until it has compared them. */
  watch(...args: readonly string[]): Promise<Watch>;
}

/** What a watcher on Linux hears from: who may use fanotify does, who may not uses inotify. */
export const WATCHED_BY = ["inotify", "fanotify"] as const;

/** One of them. */
export type WatchedBy = (typeof WATCHED_BY)[number];

/** What a test of one needs of the machine. */
export function needsOf(by: WatchedBy): readonly Need[] {
  return by === "fanotify" ? ["fanotify"] : [];
}

/** A watcher that runs. */
export interface Watch extends AsyncDisposable {
  readonly background: Background;
  /** What it has told so far. */
  events(): Readonly<Record<string, unknown>>[];
  /** Waits until the last it told is such an event. */
  until(matches: (event: Readonly<Record<string, unknown>>) => boolean): Promise<void>;
  /** Waits until it says that nothing is to be done. */
  clean(): Promise<void>;
}

/** Makes two empty directories to be watched, by what the system gives or by one of both. */
export async function watchedPair(
  on: Medium = "memory",
  by?: WatchedBy,
): Promise<WatchedPair> {
  const place = await makePlace(on);
  const { path } = place;
  const [source, destination] = [`${path}/source`, `${path}/destination`];
  for (const folder of [source, destination, `${path}/run`]) Deno.mkdirSync(folder);
  const env = { XDG_RUNTIME_DIR: `${path}/run` };
  return {
    path,
    source,
    destination,
    env,
    watch: (...args) =>
      startWatch(["watch", "--json", ...args, `${source}/`, destination], env, by),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

/** Starts a watcher, and waits until it has compared its trees once. */
export async function startWatch(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  by?: WatchedBy,
): Promise<Watch> {
  const words = blitCommand(args, { env });
  const [program = "", ...rest] = [
    ...by === "inotify" && unmet(["fanotify"]) === undefined ? WITHOUT_THE_RIGHT : [],
    words.program,
    ...words.args,
  ];
  const background = inBackground(program, rest, { env: words.env });
  const events: Watch["events"] = () =>
    background.stdout().split("\n").slice(0, -1).map((line) => JSON.parse(line));
  const until: Watch["until"] = async (matches) => {
    const end = performance.now() + 20_000;
    for (;;) {
      const last = events().at(-1);
      if (last !== undefined && matches(last)) return;
      if (performance.now() > end) {
        throw new Error(
          `The watcher does not say so:\n${background.stdout()}${background.stderr()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const watch: Watch = {
    background,
    events,
    until,
    clean: () => until(({ type, state }) => type === "state" && state === "clean"),
    [Symbol.asyncDispose]: () => background[Symbol.asyncDispose](),
  };
  await until(({ type, state }) => type === "state" && state !== "sweeping");
  if (by !== undefined) {
    assert.equal(events().find(({ type }) => type === "watching")?.by, by);
  }
  return watch;
}

/** Runs a program without CAP_SYS_ADMIN, which marking a file system takes (fanotify(7)). */
const WITHOUT_THE_RIGHT = ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];

/** What rsync would do to make two trees equal by sizes and times to the nanosecond. */
export async function rsyncWork(source: string, destination: string): Promise<string> {
  const { code, stdout, stderr } = await command("rsync", [
    "-aHn",
    "--modify-window=-1",
    "--delete",
    "--itemize-changes",
    `${source}/`,
    `${destination}/`,
  ]);
  assert.equal(code, 0, stderr);
  return stdout;
}
