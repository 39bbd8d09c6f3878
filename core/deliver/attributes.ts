import { sameBytes } from "../entry/bytes.ts";
import { pathKey } from "../entry/path.ts";
import type { MoverContext } from "../movers/context.ts";
import { Errno } from "../sys/errno.ts";
import type { Attributes, AttributeSource } from "../scan/origin.ts";
import type { Place } from "../scan/place.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

const NO_ATTRIBUTES: Attributes = new Map();
const ACLS: ReadonlySet<string> = new Set([
  "system.posix_acl_access",
  "system.posix_acl_default",
]);

/**
 * Makes the extended attributes and ACLs of `to` those of `from`, as far as the job keeps them
 * and this process may set them: without root only those of the `user` class, as rsync does.
 * Gives 1 when something differed, 0 when not, or a negated errno.
 */
export function copyAttributes(
  context: MoverContext,
  from: AttributeSource,
  to: Handle,
): Result {
  const { sys } = context;
  const wanted = attributesFrom(context, from);
  if (typeof wanted === "number") return wanted;
  const present = readAttributes(context, to);
  if (typeof present === "number") return present;
  let changed = 0;
  for (const [name, value] of wanted) {
    const old = present.get(name);
    if (old !== undefined && sameBytes(old, value)) continue;
    changed = 1;
    const result = sys.setAttribute(to, bytesOf(name), value);
    if (result < 0) return result;
  }
  for (const name of present.keys()) {
    if (wanted.has(name)) continue;
    changed = 1;
    const result = sys.removeAttribute(to, bytesOf(name));
    if (result < 0) return result;
  }
  return changed;
}

/** Whether {@linkcode copyAttributes} would change something: 1 or 0, or a negated errno. */
export function attributesDiffer(
  context: MoverContext,
  from: AttributeSource,
  to: Handle,
): Result {
  return difference(attributesFrom(context, from), readAttributes(context, to));
}

/**
 * {@linkcode copyAttributes} for entry `index` of a batch, `name` at the source, and what is called
 * `target` at the destination, by their names and without following them.
 */
export function copyAttributesByName(
  context: MoverContext,
  place: Place,
  name: Name,
  target: Name,
  index: number,
): Result {
  const { sys } = context;
  const from = attributesOf(context, place, name, index);
  if (typeof from === "number") return from;
  const to = sys.openPath(place.destination, target);
  if (to < 0) return to;
  const result = copyAttributes(context, from, to);
  sys.close(to);
  return result;
}

/** {@linkcode attributesDiffer} for the same. */
export function attributesDifferByName(
  context: MoverContext,
  place: Place,
  name: Name,
  target: Name,
  index: number,
): Result {
  if (place.origin === undefined && areListedAlike(context, place, name, target)) return 0;
  const wanted = attributesOf(context, place, name, index);
  return difference(wanted, readAttributes(context, place.destination, target));
}

/**
 * Whether both sides list the same names in one order, with the same values: nearly all entries of a
 * mirror do, and nothing is made of theirs. False says nothing.
 */
function areListedAlike(context: MoverContext, place: Place, name: Name, target: Name): boolean {
  const { sys } = context;
  const list = sys.listAttributes(place.source, name);
  if (typeof list === "number") return false;
  const there = sys.listAttributes(place.destination, target);
  if (typeof there === "number" || !sameBytes(list, there)) return false;
  for (let start = 0; start < list.length;) {
    const end = list.indexOf(0, start) + 1;
    const attribute = list.subarray(start, end);
    start = end;
    if (!isKept(context, pathKey(attribute))) continue;
    const value = sys.getAttribute(place.source, attribute, name);
    if (typeof value === "number") return false;
    const old = sys.getAttribute(place.destination, attribute, target);
    if (typeof old === "number" || !sameBytes(old, value)) return false;
  }
  return true;
}

/** What the job keeps of the attributes of entry `index` of a batch, or a negated errno. */
function attributesOf(
  context: MoverContext,
  { origin, source }: Place,
  name: Name,
  index: number,
): Attributes | Result {
  if (origin === undefined) return readAttributes(context, source, name);
  return attributesFrom(context, origin.attributes(index));
}

/** What was sent of attributes, or what the open entry has. */
function attributesFrom(context: MoverContext, from: AttributeSource): Attributes | Result {
  return typeof from === "number" ? readAttributes(context, from) : from;
}

function difference(wanted: Attributes | Result, present: Attributes | Result): Result {
  if (typeof wanted === "number") return wanted;
  if (typeof present === "number") return present;
  if (wanted.size !== present.size) return 1;
  for (const [name, value] of wanted) {
    const old = present.get(name);
    if (old === undefined || !sameBytes(old, value)) return 1;
  }
  return 0;
}

/** Where the attributes of the directory itself are read. */
export function directoryAttributes(place: Place): AttributeSource {
  return place.origin === undefined ? place.source : place.origin.attributes(-1);
}

/**
 * What the job keeps of the attributes of an open entry, or of an entry of an open directory; a
 * negated errno for what cannot be read.
 */
export function readAttributes(
  context: MoverContext,
  handle: Handle,
  of?: Name,
): Attributes | Result {
  if (handle < 0) return handle;
  const { sys } = context;
  const list = sys.listAttributes(handle, of);
  if (typeof list === "number") return list === -Errno.EOPNOTSUPP ? NO_ATTRIBUTES : list;
  if (list.length === 0) return NO_ATTRIBUTES;
  const attributes = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let start = 0; start < list.length;) {
    const end = list.indexOf(0, start);
    const name = list.slice(start, end + 1);
    start = end + 1;
    const key = pathKey(name);
    if (!isKept(context, key)) continue;
    const value = sys.getAttribute(handle, name, of);
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
