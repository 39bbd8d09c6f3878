/**
 * Runs blit's command line where openat2(2) fails with ENOSYS, as on Linux before 5.6: a seccomp
 * filter (seccomp(2), classic BPF) that this thread and all that it starts inherit.
 */
const { symbols } = Deno.dlopen("libc.so.6", {
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
});
const PR_SET_SECCOMP = 22;
const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_MODE_FILTER = 2n;

const filter = new DataView(new ArrayBuffer(32));
[
  [0x20, 0, 0, 0], // load the call's number
  [0x15, 0, 1, 437], // openat2?
  [0x06, 0, 0, 0x0005_0000 | 38], // then ENOSYS
  [0x06, 0, 0, 0x7fff_0000], // else allow
].forEach(([code = 0, yes = 0, no = 0, value = 0], at) => {
  filter.setUint16(at * 8, code, true);
  filter.setUint8(at * 8 + 2, yes);
  filter.setUint8(at * 8 + 3, no);
  filter.setUint32(at * 8 + 4, value, true);
});
const program = new DataView(new ArrayBuffer(16));
program.setUint16(0, 4, true);
program.setBigUint64(8, Deno.UnsafePointer.value(Deno.UnsafePointer.of(filter)), true);
const address = Deno.UnsafePointer.value(Deno.UnsafePointer.of(program));
if (
  symbols.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n) !== 0 ||
  symbols.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, address, 0n, 0n) !== 0
) Deno.exit(99);

const { openLinux } = await import("../../core/sys/linux.ts");
const encoder = new TextEncoder();
const sys = openLinux();
const root = sys.openRoot(encoder.encode(`${Deno.args[0]}\0`));
const open = (path: string, sameMount = false): number => {
  const opened = sys.openBeneath(root, encoder.encode(`${path}\0`), sameMount);
  return opened >= 0 ? sys.close(opened) : opened;
};
console.log(
  JSON.stringify(
    ["a", "a/b", "a//b", "a/..", "/etc", "link", "link/b", "a/f", "no"].map((path) => open(path)),
  ),
);
if (Deno.args[1] === undefined) {
  console.log(JSON.stringify(["a", "a/b", "mount", "mount/c"].map((path) => open(path, true))));
  Deno.exit();
}
const { mirror } = await import("../../core/transfer/mod.ts");
const summary = await mirror(`${Deno.args[0]}/`, `${Deno.args[1]}`, { workers: 3 });
console.log(summary.exitCode, summary.backend);
