import {
  type Background,
  bash,
  blitCommand,
  compareTrees,
  inBackground,
  makePlace,
  type Place,
} from "../support/mod.ts";
import { mountSlowly, type StallingMount } from "../support/stalling_mount.ts";

/** Bytes a second that the slow source gives: so a copy lasts some seconds. */
const RATE = 4_000_000;
/** As many are read in about two seconds. */
const FILES = 6;
/**
 * So many that most are left when a disk has been frozen, which takes a while on a busy machine:
 * a run that has next to nothing left when it is thawed ends before it can say that it goes on.
 */
export const LONG = 16;
const FILE_BYTES = 1_000_000;

/** What is said of a source that does not answer. */
export const AT_THE_SOURCE: RegExp =
  /Nothing has moved for [\d.]+ s: [a-z ]+ ".*\/slow\/(file|sub).*" \(mover \d\)/;

/** A tree that is read slowly through a file system that can stall. */
export interface StallGround extends AsyncDisposable {
  readonly path: string;
  /** What lies behind the slow source. */
  readonly origin: string;
  /** Where it is seen slowly. */
  readonly slow: StallingMount;
  /** Runs the CLI beside the test; nothing that moves for half a second is a stall unless told. */
  blit(args: readonly string[], env?: Readonly<Record<string, string>>): Background;
  /** Waits until a file has arrived below a directory. */
  arrived(directory: string): Promise<void>;
  /** Waits until there is something of a file below a directory. */
  begun(directory: string): Promise<void>;
  /** Asserts that a directory holds what the origin does. */
  compare(directory: string): Promise<void>;
}

/** Makes the tree, of so many files of a megabyte each and one more, and shows it slowly. */
export async function stallGround(files = FILES): Promise<StallGround> {
  const place: Place = await makePlace();
  const { path } = place;
  const origin = `${path}/origin`;
  await bash(
    `mkdir -p "$1/sub" && for n in $(seq ${files}); do
      head -c ${FILE_BYTES} /dev/urandom > "$1/file$n"; done; cp "$1/file1" "$1/sub/file"`,
    [origin],
  );
  const slow = await mountSlowly(origin, `${path}/slow`, RATE);
  return {
    path,
    origin,
    slow,
    blit: (args, given = {}) => {
      const { program, args: words, env } = blitCommand(args, {
        env: { BLIT_STALL_MS: "500", ...given },
      });
      return inBackground(program, words, { cwd: path, env });
    },
    arrived: (directory) => found(directory, "-name", "file*", "-size", "+900k"),
    begun: (directory) => found(directory, "-type", "f"),
    compare: async (directory) => await compareTrees(origin, directory),
    async [Symbol.asyncDispose]() {
      await slow[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** Waits until find(1) finds something below a directory. */
async function found(directory: string, ...tests: readonly string[]): Promise<void> {
  await bash(
    `for _ in $(seq 600); do
      [ -n "$(find "$@" 2>/dev/null | head -1)" ] && exit
      sleep 0.05
    done; exit 1`,
    [directory, ...tests],
  );
}
