import type { DnsName } from "./dns/name.ts";

/** The type of service that daemons are (RFC 6763, 4.1.2). */
export const SERVICE: DnsName = ["_blit", "_tcp", "local"];

/** Under which all types of services on a link are found (RFC 6763, 9). */
export const ALL_SERVICES: DnsName = ["_services", "_dns-sd", "_udp", "local"];
