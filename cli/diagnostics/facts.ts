import { nameOf } from "../../core/entry/mod.ts";
import { isFilesystem } from "../../core/history/field.ts";
import { openSys, type Sys } from "../../core/sys/mod.ts";
import { VERSION } from "../../core/version.ts";
import { type HistoryFacts, historyFacts } from "./history_facts.ts";
import { knownMounts } from "./known_mounts.ts";
import { countMounts } from "./mounts.ts";
import { switches, variable } from "./switches.ts";
import { systemNumber, systemText } from "./system_files.ts";

/** A part of the dump; what cannot be told is left out. */
export type Part = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a bug report needs; no names of files, hosts and users are in it. */
export interface Facts {
  readonly versions: Part;
  readonly machine: Part;
  readonly backend: Part;
  /** Types of the file systems that hold places of this user's. */
  readonly places: Part;
  /** Mounts by type. */
  readonly mounts: Part;
  /** What is remembered of mounts. */
  readonly known: ReturnType<typeof knownMounts>;
  readonly limits: Part;
  /** Variables of blit's that are set. */
  readonly switches: Part;
  readonly history: HistoryFacts;
}

/** Gathers them. It opens nothing of the user's but the history. */
export async function gatherFacts(): Promise<Facts> {
  const { sys, warning } = await openSys();
  try {
    return {
      versions: versions(sys),
      machine: machine(sys),
      backend: {
        used: sys.name,
        fallenBack: warning !== undefined,
        root: sys.identity.uid === 0,
        umask: sys.identity.umask.toString(8).padStart(3, "0"),
        ...sys.capabilities,
      },
      places: places(sys),
      mounts: countMounts(systemText(sys, "/proc/self", "mountinfo") ?? ""),
      known: knownMounts(),
      limits: limits(sys),
      switches: switches(),
      history: historyFacts(),
    };
  } finally {
    sys.end();
  }
}

function versions(sys: Sys): Part {
  // Only numbers: whoever builds a kernel may add the name of a machine.
  const kernel = /^\d+(?:[.-]\d+)*/.exec(systemText(sys, "/proc/sys/kernel", "osrelease") ?? "");
  return {
    blit: VERSION,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    compiled: Deno.build.standalone,
    os: Deno.build.os,
    architecture: Deno.build.arch,
    kernel: kernel?.[0],
    distribution: distribution(),
  };
}

/** `debian 12`, from os-release(5). */
function distribution(): string | undefined {
  try {
    const text = Deno.readTextFileSync("/etc/os-release");
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}="?([a-z0-9._-]{1,40})"?$`, "m").exec(text)?.[1];
    return [field("ID"), field("VERSION_ID")].filter((word) => word !== undefined).join(" ") ||
      undefined;
  } catch {
    return undefined;
  }
}

function machine(sys: Sys): Part {
  const memory = /^MemTotal:\s+(\d+) kB$/m.exec(systemText(sys, "/proc", "meminfo") ?? "")?.[1];
  // "max" where nothing is set (cgroups(7), version 2).
  const [quota, period] = (systemText(sys, "/sys/fs/cgroup", "cpu.max") ?? "").split(" ");
  const isLimited = /^\d+$/.test(quota ?? "");
  return {
    processors: navigator.hardwareConcurrency,
    processorsAllowed: isLimited ? Number(quota) / Number(period) : undefined,
    memoryBytes: memory === undefined ? undefined : Number(memory) * 1024,
    memoryAllowedBytes: systemNumber(sys, "/sys/fs/cgroup", "memory.max"),
  };
}

/** By their paths alone: a file system may hang. */
function places(sys: Sys): Part {
  const at = (path: string | undefined): string | undefined => {
    const type = path?.startsWith("/") ? sys.filesystemType(nameOf(path)) : undefined;
    return isFilesystem(type) ? type : undefined;
  };
  let here: string | undefined;
  try {
    here = Deno.cwd();
  } catch {
    // It has been removed.
  }
  return { workingDirectory: at(here), home: at(variable("HOME")), temporary: at("/tmp") };
}

function limits(sys: Sys): Part {
  const text = systemText(sys, "/proc/self", "limits") ?? "";
  const limit = (name: string, column: number): number | string | undefined => {
    const value = new RegExp(`^${name} +(\\S+) +(\\S+)`, "m").exec(text)?.[column];
    return value === undefined || value === "unlimited" ? value : Number(value);
  };
  const inotify = (name: string): number | undefined =>
    systemNumber(sys, "/proc/sys/fs/inotify", name);
  return {
    openFiles: limit("Max open files", 1),
    openFilesHard: limit("Max open files", 2),
    processes: limit("Max processes", 1),
    fileSize: limit("Max file size", 1),
    addressSpace: limit("Max address space", 1),
    lockedMemory: limit("Max locked memory", 1),
    openFilesOfSystem: systemNumber(sys, "/proc/sys/fs", "file-max"),
    inotifyWatches: inotify("max_user_watches"),
    inotifyInstances: inotify("max_user_instances"),
    inotifyQueue: inotify("max_queued_events"),
  };
}
