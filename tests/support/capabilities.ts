/** What this process may do on Linux, which in a container is less than it is called. */

/** Numbers of capabilities, from linux/capability.h. */
const NUMBERS = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  SETGID: 6,
  SETUID: 7,
  LINUX_IMMUTABLE: 9,
  SYS_CHROOT: 18,
  SYS_ADMIN: 21,
  MKNOD: 27,
  SETFCAP: 31,
} as const;

/** A capability, without the `CAP_`. */
export type Capability = keyof typeof NUMBERS;

/** What makes root of a user 0. */
const ROOT: readonly Capability[] = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETGID", "SETUID", "SETFCAP"] as const,
];

/** Whether this process has a capability. */
export function hasCapability(capability: Capability): boolean {
  const status = Deno.readTextFileSync("/proc/self/status");
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? "0"}`);
  return (effective >> BigInt(NUMBERS[capability]) & 1n) === 1n;
}

/** Whether user 0 is root for all users and files, not only inside a user namespace. */
export function isRealRoot(): boolean {
  const [inside, outside, count] = Deno.readTextFileSync("/proc/self/uid_map").trim().split(/\s+/);
  const mapsAll = inside === "0" && outside === "0" && count === "4294967295";
  return mapsAll && ROOT.every(hasCapability);
}
