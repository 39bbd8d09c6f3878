import type { CommandOptions } from "./command.ts";
import { inNamespace, type NetworkNamespace } from "./namespace.ts";

/** A program that runs beside the test; killed when disposed of. */
export interface Background extends AsyncDisposable {
  readonly process: Deno.ChildProcess;
  /** What it has said on stderr so far. */
  stderr(): string;
  /** What it has said on stdout so far. */
  stdout(): string;
  /** Waits until it has said something on stderr that matches; throws when it ends or is late. */
  said(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Sends a signal; a program that has ended does not mind. */
  signal(signal: Deno.Signal): void;
  /** Waits for its end. */
  ended(): Promise<Deno.CommandStatus>;
}

/** Starts a program and reads along what it says. */
export function inBackground(
  program: string,
  args: readonly string[],
  options: Omit<CommandOptions, "timeoutMs"> & { readonly namespace?: NetworkNamespace } = {},
): Background {
  const words = inNamespace(options.namespace, program, args);
  const process = new Deno.Command(words.program, {
    args: words.args,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: "C.UTF-8", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const texts = { stdout: "", stderr: "" };
  let heard: (() => void)[] = [];
  let running = true;
  const listen = async (name: "stdout" | "stderr"): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of process[name]) {
      texts[name] += decoder.decode(bytes, { stream: true });
      for (const wake of heard.splice(0)) wake();
    }
  };
  const done = Promise.all([listen("stdout"), listen("stderr"), process.status]).then(
    ([, , status]) => {
      running = false;
      for (const wake of heard.splice(0)) wake();
      return status;
    },
  );
  const signal = (name: Deno.Signal): void => {
    try {
      process.kill(name);
    } catch {
      // It has ended.
    }
  };
  return {
    process,
    stderr: () => texts.stderr,
    stdout: () => texts.stdout,
    signal,
    ended: () => done,
    async said(pattern, timeoutMs = 60_000) {
      const end = performance.now() + timeoutMs;
      while (true) {
        const match = texts.stderr.match(pattern);
        if (match !== null) return match;
        const late = performance.now() > end;
        if (late || !running) {
          const what = late ? `did not say ${pattern} within ${timeoutMs} ms` : "ended";
          throw new Error(`${program} ${args.join(" ")} ${what}; it said:\n${texts.stderr}`);
        }
        let timer: ReturnType<typeof setTimeout> | undefined;
        await new Promise<void>((resolve) => {
          heard = [...heard, resolve];
          timer = setTimeout(resolve, Math.max(1, end - performance.now()));
        });
        clearTimeout(timer);
      }
    },
    async [Symbol.asyncDispose]() {
      signal("SIGCONT");
      signal("SIGKILL");
      await done;
    },
  };
}
