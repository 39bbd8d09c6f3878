import type { Parcel as WireParcel } from "../../../proto/generated/blit.ts";
import type { FailureCode, Operation, Parcel } from "../../movers/outbox.ts";
import type { EntryAction } from "../../transfer/events.ts";
import { Errno, errnoName } from "../../sys/errno.ts";

const OPERATIONS: readonly Operation[] = [
  "open",
  "list",
  "read",
  "write",
  "create",
  "replace",
  "link",
  "remove",
  "back up",
  "set the mode of",
  "set the owner of",
  "set the time of",
  "read the attributes of",
  "set the attributes of",
  "sync",
];
const CODES: readonly FailureCode[] = [
  "CHANGED",
  "GREW",
  "DIRECTORY_IN_THE_WAY",
  "DIRECTORY_KEPT",
  "DIRECTORY_LEFT",
  "DESTINATION_INSIDE",
  "NOT_ARRIVED",
  "EARLIER_SOURCE",
  "SAME_DIRECTORY",
  "NAME_TAKEN",
  "THROUGH_LINK",
];
const ACTIONS: readonly EntryAction[] = [
  "create",
  "update",
  "metadata",
  "link",
  "relink",
  "delete",
  "backup",
  "rename",
  "remove-source",
];

/** What happened to entries, as the other end is told. */
export function parcelToWire({ entries, failures }: Parcel): WireParcel {
  return {
    entries: entries.map(({ action, kind, path, size }) => ({ action, kind, path, size })),
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
  return {
    entries: wire.entries.flatMap(({ action, kind, path, size }) => {
      const known = ACTIONS.find((one) => one === action);
      return known === undefined ? [] : [{ action: known, kind, path, size }];
    }),
    failures: wire.failures.map(({ path, operation, errno, code }) => {
      const own = CODES.find((one) => one === code);
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
