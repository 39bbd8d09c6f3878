import "./own_history.ts";

/** What a finished program gave. */
export interface CommandOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program and throws after this long; three minutes unless told. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end, whatever its exit code; throws when it takes too long. */
export async function command(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutput> {
  const timeoutMs = options.timeoutMs ?? 180_000;
  const child = new Deno.Command(program, {
    args: [...args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: "C.UTF-8", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  const output = { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  if (late) {
    throw new Error(
      `${program} ${args.join(" ")} did not end within ${timeoutMs} ms; it said:\n` +
        output.stdout + output.stderr,
    );
  }
  return output;
}

/** Runs a program that must succeed; gives its stdout. */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await command(program, args, options);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  }
  return stdout;
}

/**
 * Runs a bash script that must succeed, with `$1`, `$2`... as given. Bash, because it can write
 * any byte into a name, which Deno's own API cannot, and because every Debian has it.
 */
export function bash(
  script: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<string> {
  return run("bash", ["-euo", "pipefail", "-c", script, "bash", ...args], options);
}
