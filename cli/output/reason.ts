/** Why one of Deno's calls on a file failed, in the words that the engine uses too. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file or directory";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Deno.errors.NotCapable && message.includes("all access")) {
    return "Deno keeps it from programs without all rights, as most of /dev, /proc and /sys";
  }
  // Deno writes `Is a directory (os error 21): readfile 'x'`.
  return message.replace(/ \(os error \d+\).*/s, "").replace(
    /^[A-Z](?=[a-z])/,
    (letter) => letter.toLowerCase(),
  );
}
