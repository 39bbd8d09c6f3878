import assert from "node:assert/strict";
import { bash, blitCommand, inBackground, makePlace, startDaemon } from "../support/mod.ts";
import { type HoldingMount, mountSlowly, needingHold } from "../support/stalling_mount.ts";

/** A call of a file system that does not come back, and what is said of it. */
interface Held {
  readonly calls: string;
  /** Which end is the file system that hangs. */
  readonly end: "source" | "destination";
  readonly args: readonly string[];
  /** What the sentence says is being done, and where in the file system that hangs. */
  readonly says: RegExp;
  /** Shell that prepares `$1/source` and `$1/destination`, which both hold the tree already. */
  readonly first?: string;
}

const COPY = ["copy", "source/", "destination"];
const MIRROR = ["mirror", "--yes", "source/", "destination"];
const EMPTY = `rm -rf "$1"/destination/*`;

const HELD: Readonly<Record<string, Held>> = {
  "opening a source": { calls: "openat", end: "source", args: COPY, says: /(listing|opening) "/ },
  "reading a file": {
    calls: "pread64",
    end: "source",
    args: COPY,
    says: /(reading|copying|sending) ".*\/(a|b|c|large|hard)"/,
    first: EMPTY,
  },
  "listing a directory": { calls: "getdents64", end: "source", args: COPY, says: /listing "/ },
  "writing a file": {
    calls: "pwrite64",
    end: "destination",
    args: COPY,
    says: /(writing|copying|creating|opening) "/,
    first: EMPTY,
  },
  "making a directory": {
    calls: "mkdir,mkdirat",
    end: "destination",
    args: COPY,
    says: /making ".*\/(sub|empty)"/,
    first: EMPTY,
  },
  "putting a file in its place": {
    calls: "rename,renameat2",
    end: "destination",
    args: COPY,
    says: /renaming ".*\.blit-tmp-/,
    first: `echo more >> "$1/source/a"`,
  },
  "setting a mode": {
    calls: "chmod,fchmodat,fchmod",
    end: "destination",
    args: COPY,
    says: /setting the metadata of ".*\/b"/,
    first: `chmod 600 "$1/source/b"`,
  },
  "making a hard link": {
    calls: "link,linkat",
    end: "destination",
    args: COPY,
    says: /linking ".*\/hard"/,
    first: EMPTY,
  },
  "deleting an extra file": {
    calls: "unlink,unlinkat",
    end: "destination",
    args: MIRROR,
    says: /removing ".*\/sub\/c"/,
    // Of times that are close, blit tries out which it can keep, and removes what it does so with.
    first: `rm "$1/source/sub/c"; touch -d @1000000000 "$1/source/sub"`,
  },
  "deleting an extra directory": {
    calls: "rmdir",
    end: "destination",
    args: MIRROR,
    says: /removing ".*\/empty"/,
    first: `rmdir "$1/source/empty"`,
  },
  "removing a file that has been moved": {
    calls: "unlink,unlinkat",
    end: "source",
    args: ["move", "source/", "destination"],
    says: /removing ".*"/,
  },
  "removing a directory that has been moved": {
    calls: "rmdir",
    end: "source",
    args: ["move", "source/", "destination"],
    says: /removing ".*\/(sub|empty)"/,
  },
  "comparing content": {
    calls: "pread64",
    end: "source",
    args: ["check", "-c", "source/", "destination"],
    says: /reading ".*"/,
  },
};

/** Both trees, one of them behind a file system that can be held. */
async function plantEnds(path: string, { end, first }: Held): Promise<HoldingMount> {
  await bash(
    `mkdir -p "$1/behind/sub" "$1/behind/empty"
    echo a > "$1/behind/a"; echo b > "$1/behind/b"; echo c > "$1/behind/sub/c"
    head -c 1000000 /dev/urandom > "$1/behind/large"; ln "$1/behind/b" "$1/behind/hard"
    cp -a "$1/behind" "$1/${end === "source" ? "destination" : "source"}"`,
    [path],
  );
  const mount = await mountSlowly(`${path}/behind`, `${path}/${end}`);
  if (first !== undefined) await bash(first, [path]);
  return mount;
}

for (const [what, held] of Object.entries(HELD)) {
  Deno.test({
    ...needingHold(`a run that hangs in ${what} says so, and ends with that`),
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await using mount = await plantEnds(path, held);
      const holder = await mount.hold(held.calls);
      const { program, args, env } = blitCommand(held.args, {
        env: { BLIT_STALL_MS: "500", BLIT_STALL_LIMIT_MS: "1500" },
      });
      await using run = inBackground(program, args, { cwd: path, env });
      try {
        await run.said(/The run was given up\./);
      } finally {
        // A call that the server has taken cannot be killed.
        await holder[Symbol.asyncDispose]();
      }
      assert.equal((await run.ended()).code, 1);
      const sentence = /^blit: Nothing has moved for [\d.]+ s: .*The run was given up\.$/m;
      const [said = ""] = run.stderr().match(sentence) ?? [];
      assert.match(said, held.says);
      assert.match(said, new RegExp(`"[^"]*/${held.end}[/"]`));
    },
  });
}

/** What hangs at a daemon's end, and what its client says. */
const REMOTE: readonly (keyof typeof HELD)[] = [
  "reading a file",
  "writing a file",
  "making a directory",
  "putting a file in its place",
  "making a hard link",
  "deleting an extra file",
  "deleting an extra directory",
  "removing a file that has been moved",
  "removing a directory that has been moved",
];

for (const what of REMOTE) {
  const held = HELD[what]!; // one of its keys
  Deno.test({
    ...needingHold(`a client tells that its daemon hangs in ${what}, and ends with that`),
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await using mount = await plantEnds(path, held);
      await using daemon = await startDaemon({ root: path });
      const at = held.end === "source" ? -2 : -1;
      const words = held.args.with(at, daemon.endpoint(held.args.at(at)));
      const holder = await mount.hold(held.calls);
      const { program, args, env } = blitCommand(words, {
        env: { BLIT_STALL_MS: "1000", BLIT_STALL_LIMIT_MS: "3000" },
      });
      await using run = inBackground(program, args, { cwd: path, env });
      try {
        await run.said(/The run was given up\./);
        assert.equal((await run.ended()).code, 1);
      } finally {
        await holder[Symbol.asyncDispose]();
      }
      const sentence = /^blit: Nothing has moved for [\d.]+ s: .*The run was given up\.$/m;
      const [said = ""] = run.stderr().match(sentence) ?? [];
      assert.match(said, new RegExp(`port \\d+ is ${held.says.source}`), run.stderr());
    },
  });
}
