/**
 * Whether a Worker may be started from its file: Deno reads that with the program's own
 * permissions, and a program may have been given those for its trees alone. From an archive or the
 * network it comes without them.
 */
export function mayStartWorker(file: URL): boolean {
  if (file.protocol !== "file:") return true;
  return Deno.permissions.querySync({ name: "read", path: file }).state === "granted";
}
