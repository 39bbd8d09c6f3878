import { command, type CommandOptions, type CommandOutput } from "./command.ts";
import { NOBODY } from "./host.ts";
import { programFile } from "./programs.ts";

/** The permissions that the `blit` task runs with; see deno.json. */
export const PERMISSIONS: readonly string[] = [
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-ffi",
  "--allow-env",
  "--allow-sys",
];

/** How the CLI is run. */
export interface BlitOptions extends CommandOptions {
  /** Run as user 65534; the test needs `"nobody"`. */
  readonly asNobody?: boolean;
  /** Where nobody's Deno may keep its caches; all its runs share one place unless told. */
  readonly cacheDirectory?: string;
  /** Which of the programs; blit unless told. */
  readonly program?: "blit" | "blit-utils";
}

/** The program and arguments that run the CLI as a process of its own. */
export function blitCommand(
  args: readonly string[],
  options: BlitOptions = {},
): { program: string; args: string[]; env: Record<string, string> } {
  const main = programFile(options.program ?? "blit");
  const deno = ["run", "--quiet", "--no-prompt", ...PERMISSIONS, main, ...args];
  const env: Record<string, string> = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...options.env };
  if (options.asNobody !== true) return { program: Deno.execPath(), args: deno, env };
  const cache = options.cacheDirectory ?? nobodysCache();
  Object.assign(env, { DENO_DIR: cache, HOME: cache });
  return { program: "setpriv", args: [...NOBODY, Deno.execPath(), ...deno], env };
}

/** Kept from test to test, since Deno takes seconds to fill it. */
function nobodysCache(): string {
  const path = `${Deno.env.get("TMPDIR") ?? "/tmp"}/blit-test-cache-of-nobody`;
  Deno.mkdirSync(path, { recursive: true, mode: 0o755 });
  Deno.chownSync(path, 65534, 65534);
  return path;
}

/** Runs the CLI as a real process. */
export function runBlit(
  args: readonly string[],
  options: BlitOptions = {},
): Promise<CommandOutput> {
  const { program, args: all, env } = blitCommand(args, options);
  return command(program, all, { ...options, env });
}

/** Starts the CLI and leaves it running; the caller waits for or kills it. */
export function startBlit(
  args: readonly string[],
  options: BlitOptions = {},
): Deno.ChildProcess {
  const { program, args: all, env } = blitCommand(args, options);
  return new Deno.Command(program, {
    args: all,
    env: { LC_ALL: "C.UTF-8", ...env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}
