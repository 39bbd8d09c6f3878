import {
  type Backend,
  type Background,
  bash,
  blitCommand,
  type DaemonAddress,
  type Ground,
  inBackground,
  type NetworkNamespace,
  temporariesIn,
} from "../support/mod.ts";

/** A link that carries so many bytes and then holds on to the rest; cut when disposed of. */
export interface ShortLink extends AsyncDisposable {
  /** Where the daemon seems to be. */
  readonly host: string;
  /** Resolves when as much has passed. */
  readonly worn: Promise<void>;
  /** Bytes that have come to it so far, both ways. */
  readonly passed: number;
}

/** Links of tests that run at once must not meet. */
let next = 2 + Math.floor(Math.random() * 200);

/** Puts a link before both ports of a daemon that passes `bytes` one way, in all connections. */
export function shortLink(
  { host, port, dataPort }: DaemonAddress,
  toward: "daemon" | "client",
  bytes: number,
): ShortLink {
  const hostname = `127.${next++ % 250 + 2}.${Deno.pid % 250}.2`;
  const listeners = [port, dataPort].map((port) => Deno.listen({ hostname, port }));
  const open = new Set<Deno.Conn>();
  const work: Promise<unknown>[] = [];
  const worn = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  let left = bytes;
  let passed = 0;
  const carry = async (from: Deno.Conn, to: Deno.Conn, counts: boolean): Promise<void> => {
    const buffer = new Uint8Array(1 << 18);
    try {
      for (let got = await from.read(buffer); got !== null; got = await from.read(buffer)) {
        passed += got;
        if (counts && (left -= got) <= 0) {
          worn.resolve();
          await cut.promise;
          break;
        }
        for (let at = 0; at < got;) at += await to.write(buffer.subarray(at, got));
      }
    } catch {
      // One of the two is gone.
    }
    for (const conn of [from, to]) if (open.delete(conn)) conn.close();
  };
  for (const listener of listeners) {
    const { port } = listener.addr as Deno.NetAddr;
    work.push((async () => {
      for await (const client of listener) {
        const server = await Deno.connect({ hostname: host, port });
        for (const conn of [client, server]) {
          conn.setNoDelay(true);
          open.add(conn);
        }
        work.push(carry(client, server, toward === "daemon"));
        work.push(carry(server, client, toward === "client"));
      }
    })());
  }
  return {
    host: hostname,
    worn: worn.promise,
    get passed() {
      return passed;
    },
    async [Symbol.asyncDispose]() {
      cut.resolve();
      for (const listener of listeners.splice(0)) listener.close();
      for (const conn of [...open]) if (open.delete(conn)) conn.close();
      await Promise.allSettled(work);
    },
  };
}

/** Starts a copy that can be killed. */
export function startCopy(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  namespace?: NetworkNamespace,
): Background {
  const { program, args: all, env: own } = blitCommand(args);
  return inBackground(program, all, {
    cwd: path,
    env: { ...own, ...env },
    ...(namespace === undefined ? {} : { namespace }),
  });
}

/**
 * Cuts a copy with --resume off by SIGKILL when so much of its one large file is written; gives
 * what is left in the destination directory.
 */
export async function killWhenWritten(
  g: Pick<Ground, "path" | "destination"> & { readonly backend?: Pick<Backend, "env"> },
  bytes: number,
  operands: readonly string[],
): Promise<string> {
  const before = new Set(await Array.fromAsync(Deno.readDir(g.destination), ({ name }) => name));
  for (let tries = 0; tries < 10; tries++) {
    await using run = startCopy(g.path, ["copy", "--resume", ...operands], g.backend?.env);
    await untilWritten(g.destination, bytes, run);
    run.signal("SIGKILL");
    const { signal } = await run.ended();
    if (signal === "SIGKILL" && (await temporariesIn(g.destination)).length > 0) {
      return await leftOf(g.destination);
    }
    for await (const { name } of Deno.readDir(g.destination)) {
      if (!before.has(name)) await Deno.remove(`${g.destination}/${name}`);
    }
  }
  throw new Error("no kill hit a living run");
}

/** Waits until nobody works on what is there of a file, and names it. */
export async function leftOf(directory: string): Promise<string> {
  for (let tries = 0; tries < 2400; tries++) {
    const [partial] = await temporariesIn(directory);
    if (partial !== undefined) {
      const path = `${directory}/${partial}`;
      const free = await bash(`flock -n "$1" true && echo free || true`, [path]);
      if (free.trim() === "free") return path;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing is left in ${directory}`);
}

/** Waits until somebody holds a file locked. */
export async function untilLocked(path: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const held = await bash(`flock -n "$1" true || echo held`, [path]);
    if (held !== "") return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nobody locks ${path}`);
}

/** Waits until so much of the only large file in a directory is written. */
export async function untilWritten(
  directory: string,
  bytes: number,
  run: Background,
): Promise<void> {
  let isOver = false;
  run.ended().then(() => isOver = true);
  while (!isOver) {
    for (const { name } of Deno.readDirSync(directory)) {
      if (!name.startsWith(".blit-tmp-")) continue;
      const { blocks } = await Deno.stat(`${directory}/${name}`).catch(() => ({ blocks: 0 }));
      if ((blocks ?? 0) * 512 >= bytes) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Bytes of a file that are not holes. */
export async function bytesIn(path: string): Promise<number> {
  return ((await Deno.stat(path)).blocks ?? 0) * 512;
}
