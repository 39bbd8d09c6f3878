/**
 * Runs one program to its end and says how long it took.
 *
 * Time is wall time from before the program is started until it has been waited for; starting
 * `/bin/true` this way costs 0.7 ms, the same for everyone.
 *
 * Memory is VmHWM, the high-water mark of the process's own resident set, read from
 * `/proc/PID/status` every few milliseconds. It only rises, so reading it late loses nothing but the
 * growth of the last interval. `ru_maxrss` from wait4 would be wrong the other way: the kernel
 * starts it at the size of the process that called exec, which is this one.
 */

/** How a run went. */
export interface Run {
  readonly elapsedMs: number;
  /** The last of what it wrote to standard error, when it failed. */
  readonly failure?: string;
  readonly peakMemoryMiB?: number;
  /** What it wrote to standard output, where that was asked for. */
  readonly output?: string;
}

/** What a run may need besides its command. */
export interface RunOptions {
  /** Ends the program, and the run with a rejection. */
  readonly signal?: AbortSignal;
  /** Reads the memory meanwhile, which costs the program a little time. */
  readonly watchMemory?: boolean;
  /** Keeps what it writes to standard output. */
  readonly keepOutput?: boolean;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 15 * 60_000;
const MEMORY_INTERVAL_MS = 4;

/** Runs `command` with nothing on standard input; a failure is reported, not thrown. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [program, ...args] = command;
  if (program === undefined) throw new TypeError("Cannot run an empty command");
  options.signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;

  let child: Deno.ChildProcess;
  const start = performance.now();
  try {
    child = new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: options.keepOutput === true ? "piped" : "null",
      stderr: "piped",
      // Deno looks for a newer version now and then; rclone tells of its missing configuration.
      env: { DENO_NO_UPDATE_CHECK: "1", RCLONE_CONFIG: "", ...options.env },
      signal,
    }).spawn();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { elapsedMs: 0, failure: `cannot start "${program}": ${reason}` };
  }
  const memory = options.watchMemory ? watchMemory(child.pid) : undefined;
  const output = await child.output();
  const elapsedMs = performance.now() - start;
  const peakMemoryMiB = memory?.();

  options.signal?.throwIfAborted();
  const run = {
    elapsedMs,
    ...(peakMemoryMiB === undefined ? {} : { peakMemoryMiB }),
    ...(options.keepOutput ? { output: new TextDecoder().decode(output.stdout) } : {}),
  };
  if (output.success) return run;
  const said = new TextDecoder().decode(output.stderr).trim().split("\n").slice(-3).join(" / ");
  const ended = deadline.aborted
    ? `took more than ${timeoutMs / 1000} s`
    : `ended with ${output.signal ?? output.code}`;
  return { ...run, failure: said === "" ? ended : `${ended}: ${said}` };
}

/** Begins to watch a process; the function it returns ends that and gives the most MiB seen. */
function watchMemory(pid: number): () => number | undefined {
  let peakKiB: number | undefined;
  const timer = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/status`);
      const found = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
      if (found !== undefined) peakKiB = Math.max(peakKiB ?? 0, Number(found));
    } catch {
      // It has ended, or there is no /proc here.
    }
  }, MEMORY_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    return peakKiB === undefined ? undefined : peakKiB / 1024;
  };
}
