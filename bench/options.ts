/** The benchmark's command line. */
import { parseArgs } from "node:util";
import type { PlaceName } from "./scenarios.ts";

/** What the command line asks for. */
export interface Options {
  readonly quick: boolean;
  readonly full: boolean;
  readonly list: boolean;
  readonly help: boolean;
  readonly json: boolean;
  readonly scenarios: readonly string[];
  readonly places: readonly PlaceName[];
  readonly without: readonly string[];
  readonly rounds: number;
  readonly idleLimitMs: number;
  readonly directory?: string;
  readonly blit?: readonly string[];
  readonly daemon?: readonly string[];
  readonly utils?: readonly string[];
  readonly from?: string;
  readonly write?: string;
}

/** The text of `--help`. */
export const HELP = `Compares blit with the copying programs on this machine.

deno task bench [OPTION...]

  --scenario NAME   run only this scenario; may be given again (see --list)
  --list            list the scenarios with their goals
  --quick           small trees, fewer rounds and places: about a minute, gates at 50 %
  --full            the scenario of a million files too
  --rounds N        counted rounds (default 5, with --quick 3)
  --place PLACE     only tmpfs or only disk
  --dir DIR         use this directory as the disk; by default a journaled ext4 is made on a loop
                    image as root, otherwise a temporary directory is used
  --blit COMMAND    run blit by this command, split at spaces (default: the bundle, made anew)
  --daemon COMMAND  run blit's daemon by this command (default: the bundle, made anew)
  --utils COMMAND   run blit-utils by this command (default: the bundle, made anew)
  --without NAME    leave out a peer (rsync, cp, tar, rclone, b3sum, iperf3, floor); may be given again
  --idle-limit S    wait this long for the machine to fall idle before a round (default 30, with --quick 1)
  --json            print the results as JSON instead of the table
  --write FILE      put the table between the markers in FILE
  --from FILE       take the results from this JSON instead of running anything
  --help            print this

Results go to bench/results/. It ends with 1 where a gate (85 % of a goal) falls.`;

/** Reads the command line; throws a TypeError with a sentence for what it cannot use. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    options: {
      "scenario": { type: "string", multiple: true },
      "list": { type: "boolean" },
      "quick": { type: "boolean" },
      "full": { type: "boolean" },
      "rounds": { type: "string" },
      "place": { type: "string" },
      "dir": { type: "string" },
      "blit": { type: "string" },
      "daemon": { type: "string" },
      "utils": { type: "string" },
      "without": { type: "string", multiple: true },
      "idle-limit": { type: "string" },
      "json": { type: "boolean" },
      "write": { type: "string" },
      "from": { type: "string" },
      "help": { type: "boolean", short: "h" },
    },
  });
  const quick = values.quick ?? false;
  const words = (text?: string) => text?.split(" ").filter((word) => word !== "");
  const [blit, daemon, utils] = [values.blit, values.daemon, values.utils].map(words);
  if (blit?.length === 0) throw new TypeError("Cannot run blit by an empty --blit");
  if (daemon?.length === 0) throw new TypeError("Cannot run the daemon by an empty --daemon");
  if (utils?.length === 0) throw new TypeError("Cannot run blit-utils by an empty --utils");
  return {
    quick,
    full: values.full ?? false,
    list: values.list ?? false,
    help: values.help ?? false,
    json: values.json ?? false,
    scenarios: values.scenario ?? [],
    places: placesOf(values.place),
    without: values.without ?? [],
    rounds: numberOf("--rounds", values.rounds, 1, quick ? 3 : 5),
    idleLimitMs: numberOf("--idle-limit", values["idle-limit"], 0, quick ? 1 : 30) * 1000,
    ...(values.dir === undefined ? {} : { directory: values.dir }),
    ...(blit === undefined ? {} : { blit }),
    ...(daemon === undefined ? {} : { daemon }),
    ...(utils === undefined ? {} : { utils }),
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(values.write === undefined ? {} : { write: values.write }),
  };
}

function placesOf(place: string | undefined): readonly PlaceName[] {
  if (place === undefined) return ["tmpfs", "disk"];
  if (place === "tmpfs" || place === "disk") return [place];
  throw new TypeError(`Cannot use "${place}" as --place: it is tmpfs or disk`);
}

function numberOf(
  option: string,
  text: string | undefined,
  least: number,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`Cannot use "${text}" as ${option}: a whole number from ${least} is needed`);
}
