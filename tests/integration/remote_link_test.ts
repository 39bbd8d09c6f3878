import assert from "node:assert/strict";
import {
  inNamespace,
  joinNamespaces,
  type NetworkNamespace,
  noNamespaces,
  setLink,
} from "../support/namespace.ts";

const PROGRAMS = new URL("../support/link/", import.meta.url);

/** A program of tests/support/link that runs, and what it says line by line. */
class Program implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string, undefined>;

  constructor(name: string, args: readonly string[], namespace?: NetworkNamespace) {
    const deno = ["run", "--quiet", "--allow-all", "--no-check", name, ...args];
    const words = inNamespace(namespace, Deno.execPath(), deno);
    this.#process = new Deno.Command(words.program, {
      args: words.args,
      cwd: PROGRAMS,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = lines(this.#process.stdout);
  }

  async line(): Promise<string> {
    return (await this.#lines.next()).value ?? "nothing more";
  }

  signal(name: Deno.Signal): void {
    this.#process.kill(name);
  }

  endInput(): Promise<void> {
    return this.#process.stdin.close();
  }

  /** Bytes of memory that it has in use (proc_pid_statm(5)). */
  async memory(): Promise<number> {
    const pages = (await Deno.readTextFile(`/proc/${this.#process.pid}/statm`)).split(" ")[1];
    return Number(pages) * 4096;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.signal("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.stdin.close().catch(() => {});
    await this.#process.status;
    await this.#lines.return(undefined);
  }
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  return undefined;
}

/** A server and a client with a session open between them, in namespaces of their own if given. */
async function openSession(
  what: string = "hello",
  namespaces?: { readonly client: NetworkNamespace; readonly server: NetworkNamespace },
): Promise<AsyncDisposable & { client: Program; server: Program; address: string }> {
  const host = namespaces?.server.address ?? "127.0.0.1";
  const server = new Program("server.ts", [host], namespaces?.server);
  const port = await server.line();
  const client = new Program("client.ts", [host, port, what], namespaces?.client);
  assert.equal(await server.line(), "push begins");
  assert.equal(await client.line(), "open");
  return {
    client,
    server,
    address: `"${host}" port ${port}`,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What is said next, and that it was said long before the kernel would have given up. */
async function inTime(program: Program): Promise<string> {
  const start = performance.now();
  const sentence = await program.line();
  const seconds = (performance.now() - start) / 1000;
  assert(seconds < 90, `it took ${seconds} s to say: ${sentence}`);
  return sentence;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const SILENT_CLIENT =
  /^Nothing has come from the client at [\d.]+:\d+ for 1[234] s: the connection is dead\.$/;

Deno.test("a peer that is stopped is found dead within 15 s, at either end", async () => {
  await using first = await openSession();
  await using second = await openSession();
  first.server.signal("SIGSTOP");
  second.client.signal("SIGSTOP");
  const [atClient, atServer] = await Promise.all([
    inTime(first.client),
    inTime(second.server),
  ]);
  assert.match(
    atClient,
    /^Nothing has come from "127\.0\.0\.1" port \d+ for 1[234] s: the connection is dead\.$/,
  );
  assert.match(atServer, SILENT_CLIENT);
});

Deno.test({
  name: "a cable that is pulled out is found dead within 15 s by both ends" +
    (noNamespaces() === undefined ? "" : ` (needs ${noNamespaces()})`),
  ignore: noNamespaces() !== undefined,
  async fn() {
    await using namespaces = await joinNamespaces();
    await using session = await openSession("hello", namespaces);
    await setLink(namespaces.server, "down");
    const [atClient, atServer] = await Promise.all([
      inTime(session.client),
      inTime(session.server),
    ]);
    assert.match(atClient, /^Nothing has come from "10\.213\.0\.2" port \d+ for 1[234] s/);
    assert.match(atServer, SILENT_CLIENT);
  },
});

Deno.test("a session is kept while a process was stopped for a moment, and while nothing is said", async () => {
  await using session = await openSession();
  session.client.signal("SIGSTOP");
  await pause(4000);
  session.client.signal("SIGCONT");
  const word = session.client.line();
  assert.equal(await Promise.race([word, pause(12_000)]), undefined, "the session has ended");
  await session.server.endInput();
  assert.equal(await word, "ended");
});

Deno.test("a killed process is noticed at once by its peer", async () => {
  await using first = await openSession();
  await using second = await openSession();
  first.client.signal("SIGKILL");
  assert.match(
    await first.server.line(),
    /^The connection to the client at 127\.0\.0\.1:\d+ was lost\.$/,
  );
  second.server.signal("SIGKILL");
  assert.equal(await second.client.line(), `The connection to ${second.address} was lost.`);
});

Deno.test("a server serves others after a client was killed in the middle of a flood", async () => {
  await using session = await openSession("flood");
  session.client.signal("SIGKILL");
  assert.match(await session.server.line(), /was lost\.$/);
  const port = session.address.replace(/.* /, "");
  await using next = new Program("client.ts", ["127.0.0.1", port]);
  assert.equal(await next.line(), "open");
});

Deno.test("a server does not fill its memory with what a stopped client does not read", async () => {
  await using session = await openSession("flood");
  session.client.signal("SIGSTOP");
  await pause(1000);
  const before = await session.server.memory();
  await pause(3000);
  const after = await session.server.memory();
  assert(after < 300e6 && after - before < 20e6, `${before} bytes, then ${after}`);
});

Deno.test("a drained server ends the session that outlasts the deadline with a sentence, then itself", async () => {
  await using session = await openSession();
  await session.server.endInput();
  // The abort is a frame like others; after it the session has ended properly.
  assert.equal(await session.client.line(), "ended");
  assert.equal(
    await session.server.line(),
    "The daemon is stopping and has ended the session.",
  );
  assert.equal(await session.server.line(), "drained");
});
