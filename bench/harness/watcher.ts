/** A resident watcher beside the race: started, waited for, killed. */
import { remove } from "./paths.ts";

/** A watcher that runs. */
export interface Watcher {
  /** What lets other runs of the program find it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

const TIMEOUT_MS = 60_000;

/** Starts a watcher that keeps its socket in `folder`, and waits until it calls its trees clean. */
export async function startWatcher(command: readonly string[], folder: string): Promise<Watcher> {
  const [program = "", ...args] = command;
  Deno.mkdirSync(folder, { recursive: true });
  const env = { XDG_RUNTIME_DIR: folder };
  const child = new Deno.Command(program, {
    args,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const stop = (): void => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    remove(folder);
  };
  const late = setTimeout(stop, TIMEOUT_MS);
  let said = "";
  const decoder = new TextDecoder();
  const output = child.stdout.getReader();
  while (!said.includes('"state":"clean"')) {
    const { value, done } = await output.read();
    if (done) throw new Error(`The watcher ended, and said: ${said}`);
    said += decoder.decode(value, { stream: true });
  }
  clearTimeout(late);
  return { env, stop };
}
