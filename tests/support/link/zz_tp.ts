import { connect } from "../../../core/remote/grpc/mod.ts";
const c = await connect("127.0.0.1", Number(Deno.args[0]), { version: "1" });
const t = (s: string) => new TextEncoder().encode(s);
const total = 1 << 30;
for (let round = 0; round < 2; round++) {
  {
    const s = await c.carry(t("sink"));
    const buf = new Uint8Array(256 * 1024);
    const t0 = performance.now();
    for (let n = 0; n < total; n += buf.length) await s.write(buf);
    s.closeWrite();
    while (await s.readChunk() !== null);
    const dt = performance.now() - t0;
    console.log("up", (total / 1e6 / (dt / 1000)).toFixed(0), "MB/s");
  }
  {
    const s = await c.carry(t("source"));
    const t0 = performance.now();
    let n = 0;
    while (n < total) n += (await s.readChunk())!.length;
    const dt = performance.now() - t0;
    s.close();
    console.log("down", (total / 1e6 / (dt / 1000)).toFixed(0), "MB/s");
  }
}
c.close();
