import { programFile, requires } from "../support/mod.ts";

/** The shells that are driven here. */
export type DrivenShell = "bash" | "zsh" | "fish";

/** Where the shell is, and what its completions may find. */
export interface SessionOptions {
  /** The script that `blit completions` has printed. */
  readonly script: string;
  /** The working directory; `bin`, the home and the cache are made in the one above. */
  readonly cwd: string;
  /** For blit. */
  readonly env?: Readonly<Record<string, string>>;
}

const START: Readonly<Record<DrivenShell, string>> = {
  bash: "bash --norc --noprofile -i",
  zsh: "zsh -f -i",
  fish: "fish --no-config --private",
};

/** Said in two parts, so that the echo of the line is not taken for what it prints. */
const READY: Readonly<Record<DrivenShell, (script: string) => string>> = {
  bash: (script) => `PS1='at$ '; source '${script}'; echo set''up`,
  zsh: (script) =>
    `PS1='at$ '; autoload -U compinit; compinit -u -D; source '${script}'; echo set''up`,
  fish: (script) => `function fish_prompt; echo 'at$ '; end; source '${script}'; echo set''up`,
};

/** A real shell at a terminal made by script(1), in which `blit` prints what it was given. */
export class ShellSession implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  readonly #read: Promise<void>;
  #text = "";
  #heard = (): void => {};

  private constructor(shell: DrivenShell, cwd: string, env: Record<string, string>) {
    this.#process = new Deno.Command("script", {
      args: ["--quiet", "--command", `stty cols 200 rows 50; exec ${START[shell]}`, "/dev/null"],
      cwd,
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keyboard = this.#process.stdin.getWriter();
    this.#read = this.#listen();
  }

  /** Starts a shell and waits until it has read the script. */
  static async open(shell: DrivenShell, options: SessionOptions): Promise<ShellSession> {
    requires("script", shell);
    const { cwd, env } = options;
    const home = `${cwd}/../home`;
    await makePrograms(`${cwd}/../bin`);
    await Deno.mkdir(home, { recursive: true });
    const script = `${home}/completion`;
    await Deno.writeTextFile(script, options.script);
    const session = new ShellSession(shell, cwd, {
      PATH: `${await Deno.realPath(`${cwd}/../bin`)}:${Deno.env.get("PATH") ?? ""}`,
      HOME: home,
      XDG_CACHE_HOME: `${home}/cache`,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_DATA_HOME: `${home}/data`,
      DENO_DIR: await denoDirectory(),
      SHELL: "/bin/bash",
      TERM: "xterm",
      LC_ALL: "C.UTF-8",
      INPUTRC: "/dev/null",
      // Longer than any machine needs: time is not what these tests are about.
      BLIT_COMPLETE_MS: "30000",
      ...env,
    });
    await session.#type(`${READY[shell](script)}\r`);
    await session.#until(/setup\r?\n[^]*at\$ /);
    return session;
  }

  /**
   * Types a line, TAB and `END`, then Enter, and gives the arguments that a program then gets: so
   * one sees what was put in, how it was quoted, and whether a space followed.
   */
  async complete(line: string, end = "END"): Promise<string[]> {
    this.#text = "";
    await this.#type(`${line}\t${end}\r`);
    const [, said = ""] = await this.#until(/\[\[\[([^]*?)\]\]\][^]*at\$ /);
    return said.split("<>").slice(1);
  }

  /** Types a line and TAB twice, and waits until the shell shows what it may go on with. */
  async offers(line: string, expected: RegExp): Promise<void> {
    this.#text = "";
    await this.#type(`${line}\t\t`);
    await this.#until(expected);
    // Gives the line up (Ctrl-U) and waits until the shell is done with it.
    await this.#type("\x15echo giv''en up\r");
    await this.#until(/given up\r?\n[^]*at\$ /);
  }

  async #type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  async #until(pattern: RegExp): Promise<RegExpMatchArray> {
    const late = AbortSignal.timeout(60_000);
    for (;;) {
      const match = this.#text.match(pattern);
      if (match !== null) return match;
      if (late.aborted) {
        throw new Error(`${pattern} was not seen; the terminal showed:\n${this.#text}`);
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        late.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  async #listen(): Promise<void> {
    for await (const part of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += part;
      this.#heard();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#keyboard.close().catch(() => {});
    await this.#process.status;
    await this.#read.catch(() => {});
  }
}

/** What stands for the programs: completions are the real thing, all else is only printed. */
async function makePrograms(directory: string): Promise<void> {
  await Deno.mkdir(directory, { recursive: true });
  for (const name of ["blit", "blit-utils", "blit-daemon"] as const) {
    // blit answers for the daemon too.
    const main = programFile(name === "blit-daemon" ? "blit" : name);
    const deno = `'${Deno.execPath()}' run --quiet --no-prompt --allow-all '${main}'`;
    const lines = [
      "#!/bin/bash",
      `[[ $1 != __complete ]] || exec ${deno} "$@"`,
      "printf '[[[%s' ''; printf '<>%s' \"$@\"; printf ']]]\\n'",
    ];
    await Deno.writeTextFile(`${directory}/${name}`, lines.join("\n") + "\n", { mode: 0o755 });
  }
}

/** Where Deno has its cache, which the shell's own home would hide. */
export async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout));
  return String(denoDir);
}
