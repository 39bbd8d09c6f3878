import assert from "node:assert/strict";
import { assertCode, bash, onGround, plant, run } from "../support/mod.ts";

onGround("attributes and ACLs are left behind without -X and -A", async (g) => {
  await plant(g.source, { "file": "content" });
  await bash(
    `setfattr -n user.note -v yes "$1/file"; setfacl -m u:1234:rw "$1/file"; chmod 0644 "$1/file"`,
    [g.source],
  );
  assertCode(await g.blit("mirror", "source/", "destination/"), 0);
  await g.compare({ xattrs: false, acls: false });
  assert.doesNotMatch(await run("getfattr", ["-d", `${g.destination}/file`]), /user\.note/);
  assert.doesNotMatch(await run("getfacl", [`${g.destination}/file`]), /1234/);
}, { only: "linux" });

onGround(
  "-X alone brings attributes to files that are there, and takes old ones away",
  async (g) => {
    await plant(g.source, { "file": "content", "sub/": null });
    assertCode(await g.blit("mirror", "source/", "destination/"), 0);
    await bash(
      `setfattr -n user.new -v yes "$1/file" "$1/sub"; setfattr -n user.old -v no "$2/file" "$2/sub"`,
      [g.source, g.destination],
    );
    assertCode(await g.blit("mirror", "-X", "source/", "destination/"), 0);
    await g.compare();
  },
  { only: "linux" },
);

onGround("-A alone brings ACLs to entries that are there, and takes old ones away", async (g) => {
  await plant(g.source, { "file": "content", "other": "other", "sub/": null, "plain/": null });
  assertCode(await g.blit("mirror", "source/", "destination/"), 0);
  await bash(
    `setfacl -m u:1234:rw "$1/file"; setfacl -m d:u:1234:rw "$1/sub"
    setfacl -m u:4321:rw "$2/other"; setfacl -m u:4321:rw,d:u:4321:rw "$2/plain"`,
    [g.source, g.destination],
  );
  assertCode(await g.blit("mirror", "-A", "source/", "destination/"), 0);
  await g.compare();
}, { only: "linux" });

onGround("a default ACL at the destination does not reach what is copied with -A", async (g) => {
  await plant(g.source, { "file": "content", "sub/file": "content" });
  await plant(g.destination, {});
  await bash(`setfacl -m d:u:1234:rwx,d:g:4321:rwx "$1"`, [g.destination]);
  assertCode(await g.blit("mirror", "-A", "source/", "destination/"), 0);
  await g.compare();
}, { only: "linux" });
