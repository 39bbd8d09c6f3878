import assert from "node:assert/strict";

const PROGRAMS = new URL("../support/http2_guard/", import.meta.url);

/** How both programs ended: "exit 0", or a signal's name. */
interface Ends {
  readonly client: string;
  readonly server: string;
}

/** A hundred connects and closes, then a graceful stop of the server with one client left. */
async function connectAndStop(guard: "with-guard" | "without-guard"): Promise<Ends> {
  const start = (program: string, ...args: string[]) =>
    new Deno.Command("timeout", {
      args: ["60", Deno.execPath(), "run", "--allow-all", program, ...args, guard],
      cwd: PROGRAMS,
      // What malloc frees is overwritten: use after free is found at once, not now and then.
      env: { MALLOC_PERTURB_: "165", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  const server = start("server.ts");
  const serverSays = lines(server.stdout);
  const port = (await serverSays.next()).value;
  assert(port !== undefined, "the server does not start");
  const client = start("client.ts", port, "100");
  await client.stdin.close();
  const clientSays = lines(client.stdout);
  const isReady = (await clientSays.next()).value === "ready";
  // A server that is dead already has closed its end of the pipe.
  await server.stdin.close().catch(() => {});
  const last = isReady ? (await clientSays.next()).value : undefined;
  const stopped = (await serverSays.next()).value;
  const [clientStatus, serverStatus] = await Promise.all([client.status, server.status]);
  await Promise.all([clientSays.return(undefined), serverSays.return(undefined)]);
  return {
    client: describe(clientStatus, last === "alive"),
    server: describe(serverStatus, stopped === "stopped"),
  };
}

function describe({ code }: Deno.CommandStatus, finished: boolean): string {
  return code === 0 && finished ? "alive to the end" : `died (${code})`;
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

Deno.test("a hundred closed connections and a graceful stop leave client and server alive", async () => {
  assert.deepEqual(await connectAndStop("with-guard"), {
    client: "alive to the end",
    server: "alive to the end",
  });
});

// When this fails, Deno has been mended (denoland/deno#36788) and the guard can go.
Deno.test("without the guard a closed connection kills a process", async () => {
  const { client, server } = await connectAndStop("without-guard");
  assert.match(`${client} ${server}`, /died \(139\)|died \(134\)/);
});
