import assert from "node:assert/strict";
import { after, every } from "../../core/timer.ts";

Deno.test("timers run once each, in the order of their times", async () => {
  const ran: number[] = [];
  await new Promise<void>((resolve) => {
    after(40, () => {
      ran.push(40);
      resolve();
    });
    after(5, () => ran.push(5));
    after(0, () => ran.push(0));
    after(20, () => ran.push(20));
  });
  assert.deepEqual(ran, [0, 5, 20, 40]);
});

Deno.test("a timer that is stopped does not run, and may be stopped again", async () => {
  const ran: string[] = [];
  const first = after(1, () => ran.push("first"));
  first.stop();
  first.stop();
  const late = after(1, () => ran.push("late"));
  await new Promise<void>((resolve) => after(15, resolve));
  late.stop();
  assert.deepEqual(ran, ["late"]);
});

Deno.test("a timer that repeats goes on until it is stopped, by itself too", async () => {
  let count = 0;
  await new Promise<void>((resolve) => {
    const timer = every(2, () => {
      if (++count < 5) return;
      timer.stop();
      resolve();
    });
  });
  await new Promise<void>((resolve) => after(20, resolve));
  assert.equal(count, 5);
});

Deno.test("a process stays alive until its timers have run or are stopped", async () => {
  const file = new URL("../../core/timer.ts", import.meta.url).href;
  const script = `
    import { after, every } from ${JSON.stringify(file)};
    after(60_000, () => console.log("never")).stop();
    await new Promise((resolve) => after(5, resolve));
    const timer = every(5, () => {
      console.log("ran");
      timer.stop();
    });`;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] })
    .output();
  assert(success);
  assert.equal(new TextDecoder().decode(stdout), "ran\n");
});
