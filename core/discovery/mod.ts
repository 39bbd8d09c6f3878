/**
 * Daemons that are in sight: how one is advertised by multicast DNS, and how others are found.
 *
 * `dns/` reads and writes packets, `link/` sends and hears them on one interface, `advertise/` is
 * the daemon's half and `browse/` the client's. Nothing here knows of sessions or trees. Begin
 * with `browse/scan.ts` or `advertise/advertiser.ts`; docs/discovery.md says what goes over the
 * wire.
 *
 * @module
 */
export { Advertiser, type AdvertiserLog, type AdvertiserOptions } from "./advertise/advertiser.ts";
export { scan, SCAN_MS } from "./browse/scan.ts";
export type { FoundDaemon, ScanOptions } from "./found.ts";
export type { Interface, LocalAddress } from "./interfaces.ts";
export { listensOn } from "./listens.ts";
export { dialable, resolveLocal } from "./resolve_local.ts";
export { rememberHosts, type SeenHost, seenHosts } from "./seen.ts";
export type { DaemonFacts } from "./text_record.ts";
