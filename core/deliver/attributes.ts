import { pathKey } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Errno } from "../sys/errno.ts";
import type { Attributes, AttributeSource } from "../scan/origin.ts";
import type { Place } from "../scan/place.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

const ACLS: ReadonlySet<string> = new Set([
  "system.posix_acl_access",
  "system.posix_acl_default",
]);

/**
 * Makes the extended attributes and ACLs of `to` those of `from`, as far as the job keeps them
 * and this process may set them: without root only those of the `user` class, as rsync does.
 * Gives 1 when something differed, 0 when not, or a negated errno. With `dry`, changes nothing.
 */
export function copyAttributes(
  context: MoverContext,
  from: AttributeSource,
  to: Handle,
  dry: boolean,
): Result {
  const { sys } = context;
  const wanted = typeof from === "number" ? readAttributes(context, from) : from;
  if (typeof wanted === "number") return wanted;
  const present = readAttributes(context, to);
  if (typeof present === "number") return present;
  let changed = 0;
  for (const [name, value] of wanted) {
    const old = present.get(name);
    if (old !== undefined && equal(old, value)) continue;
    changed = 1;
    const result = dry ? 0 : sys.setAttribute(to, bytesOf(name), value);
    if (result < 0) return result;
  }
  for (const name of present.keys()) {
    if (wanted.has(name)) continue;
    changed = 1;
    const result = dry ? 0 : sys.removeAttribute(to, bytesOf(name));
    if (result < 0) return result;
  }
  return changed;
}

/**
 * The same for entry `index` of a batch, `name` at the source, and what is called `target` at the
 * destination, by their names and without following them.
 */
export function copyAttributesByName(
  context: MoverContext,
  place: Place,
  name: Name,
  target: Name,
  index: number,
  dry: boolean,
): Result {
  const { sys } = context;
  const { origin } = place;
  const opened = origin === undefined ? sys.openPath(place.source, name) : -1;
  if (origin === undefined && opened < 0) return opened;
  const to = sys.openPath(place.destination, target);
  const from = origin === undefined ? opened : origin.attributes(index);
  const result = to < 0 ? to : copyAttributes(context, from, to, dry);
  if (opened >= 0) sys.close(opened);
  if (to >= 0) sys.close(to);
  return result;
}

/** Where the attributes of the directory itself are read. */
export function directoryAttributes(place: Place): AttributeSource {
  return place.origin === undefined ? place.source : place.origin.attributes(-1);
}

/** What the job keeps of the attributes of an open entry; a negated errno for what cannot be read. */
export function readAttributes(context: MoverContext, handle: Handle): Attributes | Result {
  if (handle < 0) return handle;
  const { sys } = context;
  const attributes = new Map<string, Uint8Array<ArrayBuffer>>();
  const list = sys.listAttributes(handle);
  if (typeof list === "number") return list === -Errno.EOPNOTSUPP ? attributes : list;
  for (let start = 0; start < list.length;) {
    const end = list.indexOf(0, start);
    const name = list.slice(start, end + 1);
    start = end + 1;
    const key = pathKey(name);
    if (!isKept(context, key)) continue;
    const value = sys.getAttribute(handle, name);
    if (typeof value === "number") {
      if (value === -Errno.ENODATA) continue; // removed since it was listed
      return value;
    }
    attributes.set(key, value);
  }
  return attributes;
}

/** What the job keeps, here, of attributes that were sent: names without NUL, with their values. */
export function keptAttributes(
  context: MoverContext,
  sent: Iterable<readonly [name: Uint8Array, value: Uint8Array<ArrayBuffer>]>,
): Attributes {
  const attributes = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, value] of sent) {
    const key = pathKey(name);
    if (isKept(context, key)) attributes.set(key, value);
  }
  return attributes;
}

/** xfs shows root the storage of its ACLs by these names; as ACLs they are kept already. */
const STORAGE: ReadonlySet<string> = new Set(["trusted.SGI_ACL_FILE", "trusted.SGI_ACL_DEFAULT"]);

function isKept(context: MoverContext, name: string): boolean {
  if (name.startsWith("system.")) return context.job.acls && ACLS.has(name);
  if (!context.job.xattrs || STORAGE.has(name)) return false;
  return context.sys.identity.uid === 0 || name.startsWith("user.");
}

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(key + "\0", (character) => character.charCodeAt(0));
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
