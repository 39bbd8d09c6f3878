import assert from "node:assert/strict";
import { assertCode, bash, onRemote } from "../support/mod.ts";

/** More than a destination takes without having answered. */
const FILES = 400_000;
const DIRECTORIES = 100;

onRemote(
  "a large directory keeps to the window while directories in it are sent unasked",
  async (g) => {
    // tmpfs lists what was made last first: the directories are known before most of the files.
    await bash(
      `mkdir "$1"; cd "$1"; seq -f 'file-%.0f' ${FILES} | xargs touch
      for i in $(seq ${DIRECTORIES}); do mkdir "directory-$i"; echo "$i" > "directory-$i/file"; done`,
      [g.source],
    );
    assertCode(await g.blit("copy", g.from(), g.to()), 0);
    const counts = await bash(`find "$1" -type f | wc -l; cat "$1"/directory-*/file | wc -l`, [
      g.destination,
    ]);
    assert.equal(counts.trim(), `${FILES + DIRECTORIES}\n${DIRECTORIES}`);
  },
  { directions: ["push"], on: "memory" },
);
