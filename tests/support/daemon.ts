import { type Background, inBackground } from "./background.ts";
import { NOBODY } from "./host.ts";
import type { NetworkNamespace } from "./namespace.ts";
import { programFile } from "./programs.ts";

/**
 * Where daemons listen unless told: at an address that is this machine's and not the client's, who
 * takes them for another machine's and asks for two streams where one here would be enough.
 */
export const DAEMON_HOST: string = Deno.build.os === "linux" ? "127.1.1.1" : "127.0.0.1";

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
  /** {@linkcode DAEMON_HOST} unless told. */
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

/** Where a daemon listens. */
export interface DaemonAddress {
  readonly host: string;
  readonly port: number;
  readonly dataPort: number;
  /** The address of a path in what is exported by default. */
  endpoint(path?: string): string;
  /** The address of a path in a module. */
  module(name: string, path?: string): string;
}

/** A daemon that listens; killed when disposed of. */
export interface Daemon extends Background, DaemonAddress {
  /** Asks it to end (SIGTERM) and waits for that. */
  stop(): Promise<Deno.CommandStatus>;
  /** Ends it at once (SIGKILL) and waits for that. */
  kill(): Promise<Deno.CommandStatus>;
}

const LISTENING = /Listening.* port (\d+), data port (\d+)/;

/** Starts the daemon and waits until it says where it listens. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const bind = options.bind ?? options.namespace?.address ?? DAEMON_HOST;
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
    return {
      ...background,
      ...addressOf(bind, await background.said(LISTENING)),
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

/** Where a daemon listens that has said so. */
function addressOf(host: string, [, port = "", dataPort = ""]: readonly string[]): DaemonAddress {
  const address = host.includes(":") ? `[${host}]` : host;
  return {
    host,
    port: Number(port),
    dataPort: Number(dataPort),
    endpoint: (path = "") => `${address}:${port}//${path}`,
    module: (name, path = "") => `${address}:${port}/${name}/${path}`,
  };
}

/** A daemon that serves one test after the other; it goes when disposed of. */
export interface LastingDaemon extends DaemonAddress, AsyncDisposable {}

/**
 * Starts a daemon over `root` before the tests of a file. Nothing of it is heard meanwhile, as it
 * would be no test's: what it says is written to a file.
 */
export async function startLastingDaemon(root: string): Promise<LastingDaemon> {
  const log = await Deno.makeTempFile({ prefix: "blit-test-", suffix: ".log" });
  const host = DAEMON_HOST;
  const daemon = [Deno.execPath(), "run", "--quiet", "-A", programFile("blit-daemon")];
  const words = [...daemon, "--root", root, "--bind", host, "--port", "0", "--no-mdns"];
  const process = new Deno.Command("sh", {
    args: ["-c", 'exec "$@" 2>"$0"', log, ...words],
    env: { LC_ALL: "C.UTF-8", NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const dispose = async (): Promise<void> => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await process.status;
    await Deno.remove(log);
  };
  for (let tries = 0; tries < 3000; tries++) {
    const said = (await Deno.readTextFile(log)).match(LISTENING);
    if (said !== null) return { ...addressOf(host, said), [Symbol.asyncDispose]: dispose };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const said = await Deno.readTextFile(log);
  await dispose();
  throw new Error(`The daemon does not listen; it said:\n${said}`);
}

async function writeConfig(text: string): Promise<string> {
  const path = await Deno.makeTempFile({ prefix: "blit-test-", suffix: ".toml" });
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, 0o644);
  return path;
}
