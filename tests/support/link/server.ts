/**
 * A control plane's server in a process of its own, for tests of links: prints its port, then a
 * line for each thing that happens. Sessions echo frames; carried streams with the token "echo" come
 * back, those with "sink" are counted, those with "source" are endless zeros, and others are
 * refused. Drains when its standard input ends.
 *
 * @module
 */
import { startServer } from "../../../core/remote/grpc/server.ts";

const server = startServer({
  addresses: [Deno.args[0] ?? "127.0.0.1"],
  port: Number(Deno.args[1] ?? 0),
  version: "1.0.0",
  async onSession(kind, link) {
    console.log(`${kind} begins`);
    try {
      for (let frame; (frame = await link.receive()) !== undefined;) {
        if (frame.body?.$case === "phase" && frame.body.value.name === "flood") {
          const data = new Uint8Array(256 * 1024);
          while (true) await link.send({ body: { $case: "batches", value: { data } } });
        }
        await link.send(frame);
      }
      console.log(`${kind} ends`);
    } catch (error) {
      console.log(error instanceof Error ? error.message : error);
      throw error;
    }
  },
  async onCarry(request) {
    const token = new TextDecoder().decode(request.token);
    if (!["echo", "sink", "source"].includes(token)) return request.refuse(`No token "${token}".`);
    const carry = request.accept();
    try {
      let bytes = 0;
      if (token === "source") {
        const zeros = new Uint8Array(256 * 1024);
        while (true) await carry.write(zeros);
      }
      for (let chunk; (chunk = await carry.readChunk()) !== null;) {
        bytes += chunk.length;
        if (token === "echo") await carry.write(chunk);
      }
      console.log(`carried ${bytes}`);
      carry.closeWrite();
    } catch (error) {
      console.log(error instanceof Error ? error.message : error);
    }
  },
  onListModules: () => ({
    modules: [{ name: "photos", comment: "All of them", readOnly: true }],
    defaultExport: false,
    defaultReadOnly: false,
    motd: "Welcome",
  }),
});
console.log(server.port);
for await (const _ of Deno.stdin.readable);
await server.drain(2000);
console.log("drained");
