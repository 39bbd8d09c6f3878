/** The programs that run: blit and its peers, with their commands for each job, as data. */
import type { Serve } from "./harness/remote.ts";
import { FLOOR } from "./report/gates.ts";
import type { Job, Remote } from "./scenarios.ts";
import { FLOOR_SCHEME, serveBlit, serveFloor, serveIperf, serveRsync } from "./servers.ts";

/** Gives the command that brings `source` to `destination`; both are paths without a slash. */
export type CommandFor = (source: string, destination: string) => readonly string[];

/** A program in the race. */
export interface Contender {
  readonly name: string;
  /** What to run to learn its version, which its first line of output gives. */
  readonly versionCommand: readonly string[];
  readonly commands: Readonly<Partial<Record<Job, CommandFor>>>;
  /** False where `--quick` does without it. */
  readonly inQuick: boolean;
  /** The most rounds it takes part in: few for a slow one that no goal is measured against. */
  readonly maxRounds: number;
  /** Its resident watcher of two trees, which says in JSON when they are clean. */
  readonly watch?: CommandFor;
  /** It takes part where routing is looked at, and only there. */
  readonly isFixed?: true;
  /** It takes part where a goal asks for what is possible, and only there. */
  readonly isFloor?: true;
  /** Its daemon; without one it stays out of remote scenarios. */
  readonly serve?: Serve;
  /**
   * Instead of the job, only the bytes of its tree on the wire: no result is looked for. Alone in
   * scenarios that copy one file.
   */
  readonly wire?: (address: string, bytes: number, direction: Remote["direction"]) => string[];
}

/** The other programs. For `copy-file` the source is a file, the destination a directory. */
export const PEERS: readonly Contender[] = [
  {
    name: "rsync",
    versionCommand: ["rsync", "--version"],
    inQuick: true,
    maxRounds: 100,
    serve: serveRsync,
    commands: {
      "copy": (source, destination) => ["rsync", "-a", `${source}/`, destination],
      "copy-archive": (source, destination) => ["rsync", "-aHAX", `${source}/`, destination],
      "copy-file": (source, destination) => ["rsync", "-a", source, `${destination}/`],
      "mirror": (source, destination) => ["rsync", "-a", "--delete", `${source}/`, destination],
      "mirror-archive": (source, destination) => {
        return ["rsync", "-aHAX", "--delete", `${source}/`, destination];
      },
      "mirror-checksum": (source, destination) => {
        return ["rsync", "-a", "--checksum", "--delete", `${source}/`, destination];
      },
      "mirror-deleting": (source, destination) => {
        return ["rsync", "-a", "--delete", `${source}/`, destination];
      },
      "check-content": (source, destination) => {
        return ["rsync", "-anc", "--delete", `${source}/`, destination];
      },
    },
  },
  {
    name: "cp",
    versionCommand: ["cp", "--version"],
    inQuick: true,
    maxRounds: 100,
    commands: {
      "copy": (source, destination) => ["cp", "-a", source, destination],
      "copy-archive": (source, destination) => ["cp", "-a", source, destination],
      "copy-file": (source, destination) => ["cp", "-a", source, `${destination}/`],
    },
  },
  {
    name: "tar",
    versionCommand: ["tar", "--version"],
    inQuick: true,
    maxRounds: 100,
    commands: {
      "copy": (source, destination) => [
        "sh",
        "-c",
        'mkdir "$2" && tar -C "$1" -cf - . | tar -C "$2" -xpf -',
        "tar",
        source,
        destination,
      ],
    },
  },
  {
    name: "rclone",
    versionCommand: ["rclone", "version"],
    inQuick: false,
    maxRounds: 2,
    commands: {
      "copy": (source, destination) => ["rclone", "copy", source, destination],
      "copy-file": (source, destination) => ["rclone", "copy", source, destination],
      "mirror": (source, destination) => ["rclone", "sync", source, destination],
      "mirror-checksum": (source, destination) => {
        return ["rclone", "sync", "--checksum", source, destination];
      },
      "mirror-deleting": (source, destination) => ["rclone", "sync", source, destination],
    },
  },
  {
    name: "find",
    versionCommand: ["find", "--version"],
    inQuick: true,
    maxRounds: 100,
    commands: { "find": (source) => ["find", source] },
  },
  {
    name: "du",
    versionCommand: ["du", "--version"],
    inQuick: true,
    maxRounds: 100,
    commands: { "du": (source) => ["du", source] },
  },
  {
    name: "b3sum",
    versionCommand: ["b3sum", "--version"],
    inQuick: true,
    maxRounds: 100,
    commands: {
      "check-content": (source) => [
        "sh",
        "-c",
        'find "$1" -type f -print0 | xargs -0 -s 2000000 b3sum --num-threads 2',
        "b3sum",
        source,
      ],
    },
  },
  {
    name: "iperf3",
    versionCommand: ["iperf3", "--version"],
    inQuick: true,
    maxRounds: 100,
    commands: {},
    serve: serveIperf,
    wire: (address, bytes, direction) => {
      const [host = "", port = ""] = address.split(":");
      const backwards = direction === "pull" ? ["-R"] : [];
      return ["iperf3", "-c", host, "-p", port, "-n", String(bytes), ...backwards];
    },
  },
];

/** blit, its daemon and blit-utils, each run by a command (a program and its first arguments). */
export function blitContender(
  command: readonly string[],
  daemon: readonly string[] = [],
  utils: readonly string[] = command,
): Contender {
  const mirror = [...command, "mirror", "--yes"];
  return {
    name: "blit",
    versionCommand: [...command, "--version"],
    inQuick: true,
    maxRounds: 100,
    watch: (source, destination) => [...command, "watch", "--json", `${source}/`, destination],
    serve: serveBlit(daemon),
    commands: {
      "copy": (source, destination) => [...command, "copy", `${source}/`, destination],
      "copy-file": (source, destination) => [...command, "copy", source, `${destination}/`],
      "copy-archive": (source, destination) => {
        return [...command, "copy", "--archive", `${source}/`, destination];
      },
      "resume-file": (source, destination) => {
        return [...command, "copy", "--json", "--resume", source, `${destination}/`];
      },
      "mirror": (source, destination) => [...mirror, `${source}/`, destination],
      "mirror-archive": (source, destination) => {
        return [...mirror, "--archive", `${source}/`, destination];
      },
      "mirror-checksum": (source, destination) => {
        return [...mirror, "--checksum", `${source}/`, destination];
      },
      "mirror-deleting": (source, destination) => {
        return [...mirror, "--force-delete", `${source}/`, destination];
      },
      "check-content": (source, destination) => {
        return [...command, "check", "--checksum", `${source}/`, destination];
      },
      "find": (source) => [...utils, "find", source],
      "du": (source) => [...utils, "du", source],
    },
  };
}

/** The same blit, which does again what could be gone on with: what resume is measured against. */
export function wholeContender(
  command: readonly string[],
  daemon: readonly string[],
): Contender {
  return {
    name: "blit-whole",
    versionCommand: [...command, "--version"],
    inQuick: false,
    maxRounds: 100,
    serve: serveBlit(daemon),
    commands: {
      "resume-file": (source, destination) => [...command, "copy", source, `${destination}/`],
    },
  };
}

/** The same blit with a fixed number of movers: what routing by history is measured against. */
export function fixedContender(
  command: readonly string[],
  daemon: readonly string[],
  movers: number,
): Contender {
  const { commands, ...blit } = blitContender(command, daemon);
  const fixed = (commandFor: CommandFor | undefined): CommandFor => (source, destination) => [
    ...commandFor?.(source, destination) ?? [],
    ...["--workers", String(movers)],
  ];
  return {
    ...blit,
    name: `blit-${movers}`,
    inQuick: false,
    isFixed: true,
    commands: {
      "copy": fixed(commands.copy),
      "copy-file": fixed(commands["copy-file"]),
      "mirror": fixed(commands.mirror),
    },
  };
}

/**
 * The least that a program on Deno does for a job (`bench/floor/`): what is possible at all on the
 * machine. `program` gives the command that runs one of them.
 */
export function floorContender(
  program: (name: string) => readonly string[],
  versionCommand: readonly string[],
): Contender {
  const floorCopy: CommandFor = (source, destination) => {
    const isAddress = (path: string) => path.startsWith(FLOOR_SCHEME);
    const name = isAddress(source) ? "pull" : isAddress(destination) ? "push" : "copy";
    return [...program(name), source, destination];
  };
  return {
    name: FLOOR,
    versionCommand,
    inQuick: true,
    maxRounds: 100,
    isFloor: true,
    serve: serveFloor(program("serve")),
    commands: {
      "copy": floorCopy,
      "copy-file": (source, destination) => [
        ...floorCopy(parentOf(source), destination),
        "alone",
      ],
      "mirror": (source, destination) => [...program("mirror"), source, destination],
    },
  };
}

/** The directory of a file that is alone in it. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** The first line a program says of its version; undefined where it cannot be started. */
export async function versionOf(contender: Contender): Promise<string | undefined> {
  const [program, ...args] = contender.versionCommand;
  if (program === undefined) return undefined;
  try {
    const { stdout, success } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
      env: { RCLONE_CONFIG: "" },
    }).output();
    if (!success) return undefined;
    return new TextDecoder().decode(stdout).split("\n")[0]?.trim().replaceAll(/\s+/g, " ");
  } catch {
    return undefined;
  }
}
