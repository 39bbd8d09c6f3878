/** Changes its thread's root and tells what it sees there; for chroot_test.ts. */
import { NameTable } from "../../../core/entry/names.ts";
import { StatTable } from "../../../core/entry/stats.ts";
import { chrootRefusal, enterChroot, leaveChroot } from "../../../core/sys/linux/chroot.ts";
import { openLinux } from "../../../core/sys/linux.ts";

const encoder = new TextEncoder();
const name = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text + "\0");
const scope = self as unknown as { postMessage(message: unknown): void };

/** Both roots, one after the other, with a look outside between and after. */
function visit(first: string, second: string): Record<string, unknown> {
  const sys = openLinux();
  const seen: Record<string, unknown> = {};
  const root = enterChroot(name(first));
  if (root < 0) return { errno: -root, refusal: chrootRefusal("m", -root) };
  seen.outsideFromWithin = sys.openRoot(name(first));
  seen.linkOut = sys.openRoot(name("/way-out"));
  seen.above = sys.openRoot(name("/../../../../etc"));
  seen.bound = boundLate(sys, root);
  const names = new NameTable();
  const inside = sys.openRoot(name("/inside"));
  sys.list(inside, names);
  seen.names = names.count;
  seen.umask = sys.identity.umask;
  sys.close(root);
  sys.close(inside);
  const other = enterChroot(name(second));
  seen.second = sys.openRoot(name("/only-in-second")) >= 0;
  sys.close(other);
  seen.missing = enterChroot(name("/no/such/directory"));
  seen.left = leaveChroot();
  seen.outsideAfterwards = sys.openRoot(name(first)) >= 0;
  // Left open, so that the test can look at this thread's root from outside.
  seen.held = enterChroot(name(first)) >= 0;
  return { ...seen, threadId: sys.threadId() };
}

/** Calls whose symbols are bound only now, and those that go through /proc. */
function boundLate(sys: ReturnType<typeof openLinux>, root: number): Record<string, number> {
  const file = sys.createUnnamed(root, 0o644);
  const results: Record<string, number> = { file };
  results.write = sys.write(file, encoder.encode("within"), 6);
  results.publish = sys.publish(file, root, name("published"));
  results.attribute = sys.setAttribute(file, name("user.blit"), encoder.encode("v"));
  const link = sys.openPath(root, name("way-out"));
  results.node = sys.makeNode(root, name("fifo"), 0o010644, 0, 0);
  results.mode = sys.setMode(root, name("fifo"), 0o600);
  results.stat = sys.stat(root, name("published"), new StatTable(1), 0);
  results.rename = sys.rename(root, name("published"), root, name("renamed"));
  results.link = link;
  sys.close(file);
  sys.close(link);
  return results;
}

const params = new URL(import.meta.url).searchParams;
scope.postMessage(visit(params.get("first") ?? "", params.get("second") ?? ""));
