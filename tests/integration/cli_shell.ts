import {
  blitCommand,
  type BlitOptions,
  command,
  type CommandOutput,
  type Ground,
  requires,
} from "../support/mod.ts";

/** The words that run blit quoted for bash. */
export function blitWords(...args: readonly string[]): string {
  return wordsOf(args, {});
}

/** The same with blit-utils. */
export function utilsWords(...args: readonly string[]): string {
  return wordsOf(args, { program: "blit-utils" });
}

function wordsOf(args: readonly string[], options: BlitOptions): string {
  const { program, args: all } = blitCommand(args, options);
  return [program, ...all].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Runs a bash script in the ground's directory, blit on its backend. */
export function inShell(ground: Ground, script: string): Promise<CommandOutput> {
  const env = { NO_COLOR: "1", ...ground.backend.env };
  return command("bash", ["-c", script], { cwd: ground.path, env });
}

/** What happened at a terminal. */
export interface Session {
  /** What the terminal showed. */
  readonly text: string;
  readonly code: number;
}

/**
 * Runs blit at a terminal made by script(1). `type` is called with what has been shown so far
 * and gives what to type next, if anything.
 */
export async function atTerminal(
  ground: Ground,
  args: readonly string[],
  type: (shown: string) => string | undefined,
  options: BlitOptions = {},
): Promise<Session> {
  requires("script");
  const words = `stty cols 70 rows 20; ${wordsOf(args, options)}`;
  await using child = new Deno.Command("script", {
    args: ["--quiet", "--return", "--command", words, "/dev/null"],
    cwd: ground.path,
    env: { TERM: "xterm", NO_COLOR: "", SHELL: "/bin/bash", ...ground.backend.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const deadline = setTimeout(() => child.kill("SIGKILL"), 90_000);
  const keyboard = child.stdin.getWriter();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    const typed = type(text);
    if (typed !== undefined) await keyboard.write(new TextEncoder().encode(typed));
  }
  await keyboard.close().catch(() => {});
  const { code } = await child.status;
  clearTimeout(deadline);
  return { text, code };
}

/** Types an answer once, when the question has been put. */
export function answering(answer: string): (shown: string) => string | undefined {
  let answered = false;
  return (shown) => {
    if (answered || !shown.includes("[y/N]")) return undefined;
    answered = true;
    return answer;
  };
}
