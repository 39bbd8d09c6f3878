import type { Parcel as WireParcel } from "../../../proto/generated/blit.ts";
import { FAILURE_CODES, OPERATIONS, type Parcel } from "../../movers/outbox.ts";
import { entriesOf, ENTRY_ACTIONS, EntryGatherer } from "../../movers/told_entries.ts";
import { Errno, errnoName } from "../../sys/errno.ts";

/** What happened to entries, as the other end is told. */
export function parcelToWire({ entries, failures }: Parcel): WireParcel {
  return {
    entries: [...entriesOf(entries)],
    failures: failures.map(({ path, operation, errno, code }) => ({
      path,
      operation,
      errno: code === undefined ? errno : 0,
      code: code ?? errnoName(errno),
    })),
    warnings: [],
  };
}

/** What the other end says that happened; words that this one does not know are left out. */
export function parcelFromWire(wire: WireParcel): Parcel {
  const entries = new EntryGatherer(wire.entries.length);
  for (const { action, kind, path, size } of wire.entries) {
    const known = ENTRY_ACTIONS.find((one) => one === action);
    if (known !== undefined) entries.add(known, kind, size, path);
  }
  return {
    entries: entries.take(),
    failures: wire.failures.map(({ path, operation, errno, code }) => {
      const own = FAILURE_CODES.find((one) => one === code);
      // The other end's word: it may be "constructor".
      const number = Object.hasOwn(Errno, code) ? Errno[code as keyof typeof Errno] : errno;
      return {
        path,
        operation: OPERATIONS.find((one) => one === operation) ?? "read",
        errno: own === undefined ? number : 0,
        ...(own === undefined ? {} : { code: own }),
      };
    }),
  };
}
