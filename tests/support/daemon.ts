import { type Background, inBackground } from "./background.ts";
import { NOBODY } from "./host.ts";
import type { NetworkNamespace } from "./namespace.ts";
import { programFile } from "./programs.ts";

/** How a daemon is started. */
export interface DaemonOptions {
  /** What is exported at `server://`. */
  readonly root?: string;
  /** The text of a configuration file, which is written beside nothing else. */
  readonly config?: string;
  /** More arguments. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs; it then listens on the namespace's address. */
  readonly namespace?: NetworkNamespace;
  /** `127.0.0.1` unless told. */
  readonly bind?: string;
  /** 0, any free one, unless told. */
  readonly port?: number;
  /** Run as user 65534; the test needs `"nobody"`. */
  readonly asNobody?: boolean;
  readonly cwd?: string;
  /** Whether it advertises; not unless told. */
  readonly mdns?: boolean;
  /** The program and its first arguments; the daemon as other tests run it unless told. */
  readonly command?: readonly string[];
}

/** A daemon that listens; killed when disposed of. */
export interface Daemon extends Background {
  readonly host: string;
  readonly port: number;
  readonly dataPort: number;
  /** The address of a path in what is exported by default. */
  endpoint(path?: string): string;
  /** The address of a path in a module. */
  module(name: string, path?: string): string;
  /** Asks it to end (SIGTERM) and waits for that. */
  stop(): Promise<Deno.CommandStatus>;
  /** Ends it at once (SIGKILL) and waits for that. */
  kill(): Promise<Deno.CommandStatus>;
}

/** Starts the daemon and waits until it says where it listens. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const bind = options.bind ?? options.namespace?.address ?? "127.0.0.1";
  const config = options.config === undefined ? undefined : await writeConfig(options.config);
  const usual = [Deno.execPath(), "run", "--quiet", "-A", programFile("blit-daemon")];
  const [deno = "", ...words] = [
    ...options.command ?? usual,
    ...(config === undefined ? [] : ["--config", config]),
    ...(options.root === undefined ? [] : ["--root", options.root]),
    ...["--bind", bind, "--port", String(options.port ?? 0)],
    ...(options.mdns === true ? [] : ["--no-mdns"]),
    ...options.args ?? [],
  ];
  const program = options.asNobody === true ? "setpriv" : deno;
  const args = options.asNobody === true ? [...NOBODY, deno, ...words] : words;
  const background = inBackground(program, args, {
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  });
  const dispose = background[Symbol.asyncDispose];
  const clean = async (): Promise<void> => {
    await dispose();
    if (config !== undefined) await Deno.remove(config);
  };
  try {
    const address = bind.includes(":") ? `[${bind}]` : bind;
    const [, port = "", dataPort = ""] = await background.said(
      /Listening.* port (\d+), data port (\d+)/,
    );
    return {
      ...background,
      host: bind,
      port: Number(port),
      dataPort: Number(dataPort),
      endpoint: (path = "") => `${address}:${port}//${path}`,
      module: (name, path = "") => `${address}:${port}/${name}/${path}`,
      stop: () => {
        background.signal("SIGTERM");
        return background.ended();
      },
      kill: () => {
        background.signal("SIGKILL");
        return background.ended();
      },
      [Symbol.asyncDispose]: clean,
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

async function writeConfig(text: string): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "blit-test-", suffix: ".toml" });
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o644);
  return path;
}
