import assert from "node:assert/strict";
import { Errno } from "../../../core/sys/errno.ts";
import { enterChroot } from "../../../core/sys/linux/chroot.ts";
import { bash, command, makePlace, needing } from "../../support/mod.ts";

const WORKER = new URL("./chroot_worker.ts", import.meta.url);

/** Two roots, the first with a link that leads out. */
async function plantRoots(path: string): Promise<void> {
  await bash(
    'mkdir -p "$1/first/inside" "$1/second/only-in-second"; ln -s /etc "$1/first/way-out"' +
      '; touch "$1/first/inside/a" "$1/first/inside/b"',
    [path],
  );
}

async function inWorker<T>(
  path: string,
  look: (seen: Record<string, unknown>) => Promise<T>,
): Promise<T> {
  const query = `?first=${path}/first&second=${path}/second`;
  const worker = new Worker(new URL(WORKER.href + query), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  try {
    return await look(await promise);
  } finally {
    worker.terminate();
  }
}

Deno.test({
  ...needing(
    "a Worker sees the new root, finds nothing outside, and its system calls work there",
    "chroot",
  ),
  async fn() {
    await using place = await makePlace();
    await plantRoots(place.path);
    await inWorker(place.path, async (seen) => {
      assert.equal(seen.outsideFromWithin, -Errno.ENOENT);
      assert.equal(seen.linkOut, -Errno.ENOENT);
      assert.equal(seen.above, -Errno.ENOENT);
      assert.equal(seen.names, 2);
      assert.notEqual(seen.umask, 0o777, "the umask is unknown");
      for (const [call, result] of Object.entries(seen.bound as Record<string, number>)) {
        assert.ok(result >= 0, `${call} gave ${result}`);
      }
      assert.equal(await Deno.readTextFile(`${place.path}/first/renamed`), "within");
      const attribute = ["-n", "user.blit", "--only-values", `${place.path}/first/renamed`];
      assert.equal((await command("getfattr", attribute)).stdout, "v");
    });
  },
});

Deno.test({
  ...needing("one thread can change its root again and again, and come back", "chroot"),
  async fn() {
    await using place = await makePlace();
    await plantRoots(place.path);
    await inWorker(place.path, (seen) => {
      assert.equal(seen.second, true);
      assert.equal(seen.missing, -Errno.ENOENT);
      assert.equal(seen.left, 0);
      assert.equal(seen.outsideAfterwards, true);
      assert.equal(seen.held, true);
      return Promise.resolve();
    });
  },
});

Deno.test({
  ...needing(
    "only the Worker's thread has the new root, every other thread keeps its own",
    "chroot",
  ),
  async fn() {
    await using place = await makePlace();
    await plantRoots(place.path);
    await inWorker(place.path, async (seen) => {
      const roots = new Map<number, string>();
      for (const { name } of Deno.readDirSync("/proc/self/task")) {
        roots.set(Number(name), Deno.readLinkSync(`/proc/self/task/${name}/root`));
      }
      assert.ok(roots.size > 2);
      for (const [thread, root] of roots) {
        assert.equal(root, thread === seen.threadId ? `${place.path}/first` : "/");
      }
      // Deno's own calls, on the main thread and on the threads for blocking work.
      assert.ok(Deno.statSync("/etc").isDirectory);
      const stats = await Promise.all(Array.from({ length: 32 }, () => Deno.stat(place.path)));
      assert.ok(stats.every(({ isDirectory }) => isDirectory));
    });
  },
});

Deno.test({
  ...needing(
    "without CAP_SYS_CHROOT nothing changes, and the sentence says what is missing",
    "chroot",
  ),
  async fn() {
    await using place = await makePlace();
    await plantRoots(place.path);
    const script = `
      const url = ${JSON.stringify(WORKER.href)} + "?first=" + Deno.args[0] + "/first";
      const worker = new Worker(new URL(url), { type: "module" });
      worker.onmessage = ({ data }) => { console.log(JSON.stringify(data)); Deno.exit(0); };
    `;
    await Deno.writeTextFile(`${place.path}/main.ts`, script);
    const { stdout, stderr } = await command("setpriv", [
      "--bounding-set=-sys_chroot",
      Deno.execPath(),
      ...["run", "--no-config", "--no-check", "--allow-all", `${place.path}/main.ts`, place.path],
    ]);
    assert.notEqual(stdout, "", stderr);
    assert.deepEqual(JSON.parse(stdout), {
      errno: Errno.EPERM,
      refusal: 'Module "m" is served without chroot: the daemon lacks the right to change its ' +
        "root (CAP_SYS_CHROOT). Its paths are still held beneath its root.",
    });
  },
});

Deno.test("the main thread is refused, because Deno resolves its own paths there", () => {
  assert.equal(enterChroot(new TextEncoder().encode("/\0")), -Errno.EINVAL);
});
