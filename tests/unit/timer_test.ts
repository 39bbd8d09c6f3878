import assert from "node:assert/strict";
import { after, every } from "../../core/timer.ts";

/** Keeps the test alive while a timer is waited for: one of these does not. */
async function within<Value>(work: Promise<Value>): Promise<Value> {
  let guard: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    guard = setTimeout(() => reject(new Error("The timer did not run.")), 10_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(guard);
  }
}

Deno.test("timers run once each, in the order of their times", async () => {
  const ran: number[] = [];
  await within(
    new Promise<void>((resolve) => {
      after(40, () => {
        ran.push(40);
        resolve();
      });
      after(5, () => ran.push(5));
      after(0, () => ran.push(0));
      after(20, () => ran.push(20));
    }),
  );
  assert.deepEqual(ran, [0, 5, 20, 40]);
});

Deno.test("a timer that is stopped does not run, and may be stopped again", async () => {
  const ran: string[] = [];
  const first = after(1, () => ran.push("first"));
  first.stop();
  first.stop();
  const late = after(1, () => ran.push("late"));
  await within(new Promise<void>((resolve) => after(15, resolve)));
  late.stop();
  assert.deepEqual(ran, ["late"]);
});

Deno.test("a timer that repeats goes on until it is stopped, by itself too", async () => {
  let count = 0;
  await within(
    new Promise<void>((resolve) => {
      const timer = every(2, () => {
        if (++count < 5) return;
        timer.stop();
        resolve();
      });
    }),
  );
  await within(new Promise<void>((resolve) => after(20, resolve)));
  assert.equal(count, 5);
});

Deno.test("a timer does not keep a process alive", async () => {
  const file = new URL("../../core/timer.ts", import.meta.url).href;
  const script = `import { every } from ${JSON.stringify(file)}; every(1000, () => {});`;
  const { success } = await within(
    new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "null", stderr: "null" })
      .output(),
  );
  assert(success);
});
