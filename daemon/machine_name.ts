/** What this machine is called, or the program where that may not be known. */
export function machineName(): string {
  try {
    return Deno.hostname();
  } catch {
    return "blit";
  }
}
