import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  DIRECTIONS,
  flatTree,
  mountFolding,
  onGround,
  onRemote,
  plant,
  type RemoteGround,
} from "../support/mod.ts";

const NEEDS = { on: "disk", needs: ["folding"] } as const;

/** Mirrors onto a file system that takes `README` for `Readme`, twice, and looks what is there. */
async function assertNothingLost(
  g: Pick<RemoteGround, "blit" | "source" | "destination">,
  from: string,
  to: string,
): Promise<void> {
  await using mount = await mountFolding(g.destination);
  await plant(g.source, { "Readme": "r", "SUB/Deep": "d", "É": "e", "same": "s" });
  await plant(mount.path, { "README": "old", "sub/DEEP": "old", "extra": "x", "sub/Extra": "x" });
  for (const run of ["first", "second"]) {
    const output = await g.blit("mirror", "-y", from, to);
    assertCode(output, 0);
    // So long the kernel remembers what another spelling was (FUSE's entry_timeout).
    const listed = await bash(
      `sleep 1.1; cd "$1"; find . -mindepth 1 | sort; cat readme sub/deep é same`,
      [
        mount.path,
      ],
    );
    const names = ["./readme", "./same", "./sub", "./sub/deep", "./é"];
    assert.equal(listed, names.join("\n") + "\nrdes", run);
  }
}

onGround(
  "what the destination spells otherwise is not deleted, what is extra is",
  (g) => assertNothingLost(g, "source/", "destination"),
  { ...NEEDS, only: "linux" },
);

onRemote(
  "what the destination spells otherwise is not deleted, what is extra is",
  (g) => assertNothingLost(g, g.from(), g.to()),
  { ...NEEDS, directions: DIRECTIONS },
);

onRemote("nor is it in a directory that comes in several batches", async (g) => {
  await using mount = await mountFolding(g.destination);
  await flatTree(g.source, 5000, 10);
  await bash(`cd "$1"; for name in *0; do mv "$name" "X$name"; done`, [g.source]);
  await bash(`touch "$1/extra" "$1/x$(ls "$2" | sed -n s/^X//p | tail -1)"`, [
    mount.path,
    g.source,
  ]);
  for (let run = 0; run < 2; run++) {
    assertCode(await g.blit("mirror", "-y", g.from(), g.to()), 0);
    const [here, there] = [g.source, mount.path];
    assert.equal(
      await bash(`diff <(ls "$1" | tr A-Z a-z | sort) <(ls "$2" | sort)`, [here, there]),
      "",
    );
  }
}, NEEDS);
