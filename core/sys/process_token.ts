/**
 * Who this process is, among all that may write to one destination: a hash of the host, the
 * process id, and the time the process started (field 22 of /proc/PID/stat, proc(5)), which
 * a reused process id does not share.
 */
let token: string | undefined;
let host: string | undefined;

/** `HOST-PID-START`, each in base 36. */
export function processToken(): string {
  return token ??= `${hostToken()}-${Deno.pid.toString(36)}-${startOf(Deno.pid) ?? "0"}`;
}

/**
 * Whether the process of a token may still run. One of another host cannot be seen from here and
 * counts as running: its temporaries are its own business.
 */
export function isRunning(ofHost: string, pid: number, start: string): boolean {
  if (ofHost !== hostToken()) return true;
  return start === "0" ? pid === Deno.pid : startOf(pid) === start;
}

function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field, the command in parentheses, may hold anything; the third follows the last ")".
  const field = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return field === undefined ? undefined : Number(field).toString(36);
}

function hostToken(): string {
  return host ??= hash(
    [readText("/proc/sys/kernel/hostname"), readText("/etc/machine-id")].join("\n"),
  );
}

/** FNV-1a, 32 bits (draft-eastlake-fnv). */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return (value >>> 0).toString(36);
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined; // no such process, no /proc, or no permission to look
  }
}
