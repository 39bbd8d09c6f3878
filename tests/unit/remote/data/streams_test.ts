import assert from "node:assert/strict";
import { Errno } from "../../../../core/sys/mod.ts";
import { bash, makePlace, mountTmpfs } from "../../../support/mod.ts";
import { connection, eachCarrier, now, pause, TestMover } from "./ground.ts";
import { isPattern, putPattern } from "./pattern.ts";

eachCarrier("bytes in pieces of any size arrive whole and in order", async (carrier) => {
  const [here, there] = await connection();
  await using sender = await TestMover.start("out", here, carrier);
  await using receiver = await TestMover.start("in", there, carrier);
  const receiving = receiver.do({ do: "receive", bytes: Infinity, piece: 100_003 });
  let bytes = 0;
  for (const [piece, count] of [[1, 100], [977, 5000], [65_537, 60], [3_000_001, 5]] as const) {
    bytes += piece * count;
    assert.equal((await sender.do({ do: "send", bytes: piece * count, piece })).result, 0);
  }
  assert.deepEqual((await sender.do({ do: "close" })).result, 0);
  const report = await receiving;
  assert.equal(report.bytes, bytes);
  assert(report.isPattern);
  assert.equal(report.result, 0);
  assert.equal(report.failure, 0);
});

eachCarrier("a file goes from disk to disk, and its end is told", async (carrier) => {
  await using place = await makePlace();
  const content = new Uint8Array(9_000_001);
  putPattern(content, 0);
  await Deno.writeFile(`${place.path}/a`, content);
  const [here, there] = await connection();
  await using sender = await TestMover.start("out", here, carrier);
  await using receiver = await TestMover.start("in", there, carrier);
  const path = `${place.path}/b`;
  const receiving = receiver.do({ do: "receive to file", path, length: content.length });
  const length = content.length + 1000;
  const sent = await sender.do({ do: "send file", path: `${place.path}/a`, length });
  assert.equal(sent.result, content.length);
  await sender.do({ do: "flush" });
  assert.equal((await receiving).result, content.length);
  const arrived = await Deno.readFile(path);
  assert.equal(arrived.length, content.length);
  assert(isPattern(arrived, 0));
  // The stream goes on behind it.
  await sender.do({ do: "send", bytes: 10, piece: 10 });
  await sender.do({ do: "close" });
  const rest = await receiver.do({ do: "receive", bytes: Infinity, piece: 100 });
  assert.equal(rest.bytes, content.length + 10);
  assert(rest.isPattern);
});

eachCarrier(
  "short pieces, long ones and files take turns, and none loses a byte",
  async (carrier) => {
    await using place = await makePlace();
    const [here, there] = await connection();
    await using sender = await TestMover.start("out", here, carrier);
    await using receiver = await TestMover.start("in", there, carrier);
    const total = 2_000_000;
    const sending = sender.do({ do: "send", bytes: total, piece: 70_001 })
      .then(() => sender.do({ do: "close" }));
    let bytes = 0;
    for (const [round, length] of [1, 4000, 4100, 9, 300_000, 48, 100].entries()) {
      const path = `${place.path}/${round}`;
      for (const piece of [48, 129, 4095, 4096, 20_000]) {
        const isShort = piece % 2 === 0;
        const report = await receiver.do({ do: "receive", bytes: piece, piece, isShort });
        assert.deepEqual([report.result, report.isPattern], [1, true]);
        bytes += piece;
      }
      // So that some lies there already, in every second round.
      await receiver.do({ do: "receive", bytes: 48, piece: 48, isShort: round % 2 === 0 });
      bytes += 48;
      const { result } = await receiver.do({ do: "receive to file", path, length });
      assert.equal(result, length);
      const written = await Deno.readFile(path);
      assert(isPattern(written, bytes), `after ${bytes} bytes`);
      assert.equal(written.length, length);
      bytes += length;
    }
    const rest = await receiver.do({ do: "receive", bytes: Infinity, piece: 50, isShort: true });
    assert.deepEqual([rest.bytes, rest.result, rest.isPattern], [total, 0, true]);
    await sending;
  },
);

eachCarrier("what is sent waits for flush, and comes with it", async (carrier) => {
  const [here, there] = await connection();
  await using sender = await TestMover.start("out", here, carrier);
  await sender.do({ do: "send", bytes: 1000, piece: 1000 });
  const bytes = new Uint8Array(2000);
  const reading = there.read(bytes);
  const first = await Promise.race([reading, pause(50)]);
  assert.equal(first, undefined);
  assert.equal((await sender.do({ do: "flush" })).result, 0);
  assert.equal(await reading, 1000);
  assert(isPattern(bytes.subarray(0, 1000), 0));
  there.close();
});

eachCarrier("a stop is heard within 100 ms by who waits for bytes", async (carrier) => {
  const [here, there] = await connection();
  await using mover = await TestMover.start("in", here, carrier);
  const receiving = mover.do({ do: "receive", bytes: 1, piece: 1 });
  await pause(30);
  const stopped = now();
  mover.waker.stop();
  const report = await receiving;
  assert.equal(report.result, -Errno.ECANCELED);
  assert.equal(report.failure, Errno.ECANCELED);
  assert(report.at - stopped < 100, `${report.at - stopped} ms`);
  there.close();
});

eachCarrier("a stop is heard within 100 ms by who waits for room", async (carrier) => {
  const [here, there] = await connection();
  await using mover = await TestMover.start("out", here, carrier);
  const sending = mover.do({ do: "send", bytes: 100_000_000, piece: 1_000_000 });
  await pause(300);
  const stopped = now();
  mover.waker.stop();
  const report = await sending;
  assert.equal(report.result, -Errno.ECANCELED);
  assert(report.at - stopped < 100, `${report.at - stopped} ms`);
  there.close();
});

eachCarrier("a wake ends a wait early, and none is lost", async (carrier) => {
  const [here, there] = await connection();
  await using mover = await TestMover.start("in", here, carrier);
  // One that comes before the wait.
  mover.waker.wake();
  let began = now();
  assert.equal((await mover.do({ do: "wait", timeoutMs: 60_000 })).result, 0);
  assert(now() - began < 30_000);
  // One that comes in it.
  began = now();
  const waiting = mover.do({ do: "wait", timeoutMs: 60_000 });
  await pause(20);
  mover.waker.wake();
  assert.equal((await waiting).result, 0);
  assert(now() - began < 30_000);
  // And one that comes while it is blocked in a receive.
  const receiving = mover.do({ do: "receive", bytes: 10, piece: 10 });
  await pause(20);
  mover.waker.wake();
  const bytes = new Uint8Array(10);
  putPattern(bytes, 0);
  await there.write(bytes);
  assert.equal((await receiving).result, 1);
  began = now();
  assert.equal((await mover.do({ do: "sleep", timeoutMs: 60_000 })).result, 1);
  assert(now() - began < 30_000);
  there.close();
});

eachCarrier("a wait ends with the time, with bytes and with the peer's end", async (carrier) => {
  const [here, there] = await connection();
  await using mover = await TestMover.start("in", here, carrier);
  const began = now();
  assert.equal((await mover.do({ do: "wait", timeoutMs: 150 })).result, 0);
  assert(now() - began >= 149);
  const waiting = mover.do({ do: "wait", timeoutMs: 60_000 });
  const bytes = new Uint8Array(10);
  putPattern(bytes, 0);
  await there.write(bytes);
  assert.equal((await waiting).result, 1);
  await mover.do({ do: "receive", bytes: 10, piece: 10 });
  // The ring's pump woke the mover for those bytes.
  await mover.do({ do: "wait", timeoutMs: 0 });
  const ending = mover.do({ do: "wait", timeoutMs: 60_000 });
  there.close();
  assert.equal((await ending).result, 1);
  const report = await mover.do({ do: "receive", bytes: 10, piece: 10 });
  assert.equal(report.result, 0);
  assert.equal(report.failure, 0);
});

eachCarrier("sending to a peer that has gone is an errno, and no signal kills", async (carrier) => {
  const [here, there] = await connection();
  await using mover = await TestMover.start("out", here, carrier);
  there.close();
  let report = await mover.do({ do: "send", bytes: 50_000_000, piece: 100_000 });
  const gone: number[] = [-Errno.EPIPE, -Errno.ECONNRESET];
  assert(gone.includes(report.result), String(report.result));
  const { result } = report;
  report = await mover.do({ do: "flush" });
  assert.equal(report.result, result);
  assert.equal(report.failure, -result);
});

eachCarrier("sending a file to a peer that has gone is an errno too", async (carrier) => {
  await using place = await makePlace();
  await Deno.writeFile(`${place.path}/a`, new Uint8Array(20_000_000));
  const [here, there] = await connection();
  await using mover = await TestMover.start("out", here, carrier);
  there.close();
  const report = await mover.do({ do: "send file", path: `${place.path}/a`, length: 20_000_000 });
  assert(report.result < 0);
  assert.equal(report.failure, -report.result);
});

eachCarrier("a peer that resets is told from one that closes", async (carrier) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // What a peer has not read makes its close a reset; Deno's own would shut down first.
  const exiting = bash(`exec 3<>"/dev/tcp/127.0.0.1/$1"; sleep 0.3`, [`${listener.addr.port}`]);
  const here = await listener.accept();
  await here.write(new Uint8Array(10));
  await using mover = await TestMover.start("in", here, carrier);
  const report = await mover.do({ do: "receive", bytes: 10, piece: 10 });
  assert.equal(report.result, -Errno.ECONNRESET);
  assert.equal(report.failure, Errno.ECONNRESET);
  await exiting;
});

eachCarrier("a full disk is the file's error: the stream goes on behind it", async (carrier) => {
  await using place = await makePlace();
  await using small = await mountTmpfs(`${place.path}/small`, "size=256k");
  const [here, there] = await connection();
  await using sender = await TestMover.start("out", here, carrier);
  await using receiver = await TestMover.start("in", there, carrier);
  const length = 8_000_000;
  const path = `${small.path}/b`;
  // Of what comes first, most lies there already when the file begins.
  const first = 1010;
  await sender.do({ do: "send", bytes: first, piece: first });
  await sender.do({ do: "flush" });
  await receiver.do({ do: "receive", bytes: 10, piece: 10, isShort: true });
  const receiving = receiver.do({ do: "receive to file", path, length });
  const sending = sender.do({ do: "send", bytes: length, piece: 300_000 })
    .then(() => sender.do({ do: "close" }));
  const report = await receiving;
  assert.equal(report.result, -Errno.ENOSPC);
  assert.equal(report.failure, 0);
  assert(report.bytes > first && report.bytes < length, `${report.bytes} bytes`);
  const rest = await receiver.do({ do: "receive", bytes: Infinity, piece: 1_000_000 });
  assert.equal(rest.bytes, length + first);
  assert(rest.isPattern);
  await sending;
}, "mount");
