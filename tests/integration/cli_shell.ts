import { blitCommand, command, type CommandOutput, type Ground } from "../support/mod.ts";

/** The words that run blit quoted for bash. */
export function blitWords(...args: readonly string[]): string {
  const { program, args: all } = blitCommand(args);
  return [program, ...all].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Runs a bash script in the ground's directory, blit on its backend. */
export function inShell(ground: Ground, script: string): Promise<CommandOutput> {
  const env = { NO_COLOR: "1", ...ground.backend.env };
  return command("bash", ["-c", script], { cwd: ground.path, env });
}
