import assert from "node:assert/strict";
import fc from "fast-check";
import { MOVERS_MAX } from "../../../core/movers/control.ts";
import {
  Doing,
  noteWhereabouts,
  readWhereabouts,
  WHEREABOUTS_BYTES,
} from "../../../core/movers/whereabouts.ts";
import { hangingMounts } from "../../../core/sys/linux/mounts.ts";

function rows(): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(WHEREABOUTS_BYTES));
}

Deno.test("what a mover notes is read as it was, cut where it is too long, and others' rows stay", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: MOVERS_MAX - 2 }),
    fc.integer({ min: 0, max: 65535 }),
    fc.uint8Array({ minLength: 0, maxLength: 3000 }),
    (index, source, bytes) => {
      const shared = rows();
      const path = Uint8Array.from([...bytes.map((byte) => byte || 1), 0]);
      noteWhereabouts(shared, index, Doing.Listing, source, path);
      const read = readWhereabouts(shared, index);
      assert.equal(read?.source, source);
      assert.equal(read?.doing, "listing");
      const length = Math.min(bytes.length, 1019);
      assert.deepEqual([...read?.path ?? []], [...path.subarray(0, length)]);
      assert.equal(readWhereabouts(shared, index - 1), undefined);
      assert.equal(readWhereabouts(shared, index + 1), undefined);
    },
  ));
});

Deno.test("a shorter path leaves nothing of a longer one behind", () => {
  const shared = rows();
  const path = (text: string) => new TextEncoder().encode(`${text}\0`);
  noteWhereabouts(shared, 1, Doing.Transferring, 0, path("a/long/path"));
  noteWhereabouts(shared, 1, Doing.Deleting, 0, path("b"));
  const read = readWhereabouts(shared, 1);
  assert.equal(new TextDecoder().decode(read?.path), "b");
  assert.equal(read?.isAtDestination, true);
});

Deno.test("a directory in another is noted by the path of that and its name", () => {
  const shared = rows();
  const path = (text: string) => new TextEncoder().encode(`${text}\0 and what follows it`);
  const noted = (above: string, name: string): string => {
    noteWhereabouts(shared, 1, Doing.Listing, 0, path(above), path(name));
    return new TextDecoder().decode(readWhereabouts(shared, 1)?.path);
  };
  assert.equal(noted("a/b", "c"), "a/b/c");
  assert.equal(noted("", "c"), "c");
  const long = "x".repeat(1018);
  assert.equal(noted(long, "c"), `${long}/`);
  assert.equal(noted(`${long}xyz`, "c"), `${long}x`);
});

Deno.test("file systems that may hang are found in mountinfo, others are not", () => {
  const table = [
    "22 27 0:21 / /proc rw,relatime - proc proc rw",
    "30 27 0:30 / /sys/fs/fuse/connections rw,nosuid - fusectl fusectl rw",
    "31 27 0:31 / /mnt/with\\040space rw,relatime shared:5 master:2 - nfs4 server:/x rw",
    "32 27 0:32 /below /home/me/cloud ro unbindable - fuse.sshfs me@x: rw",
    "33 27 0:33 / /media/- rw - ext4 /dev/sda1 rw",
    "34 27 0:34 / /mnt/share rw - cifs //nfs4 rw",
    "",
  ].join("\n");
  const places = hangingMounts(table).map((place) => new TextDecoder().decode(place));
  assert.deepEqual(places, ["/mnt/with space", "/home/me/cloud", "/mnt/share"]);
  assert.deepEqual(hangingMounts(""), []);
});
