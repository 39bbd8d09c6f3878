/**
 * Edits of a source that its destination was equal to, most of which leave size and time as they
 * were. Each is a shell script that edits `$f`, a file of $size bytes; `keep` and `back` put its time
 * aside and turn it back.
 */
export interface HiddenEdit {
  /** In which file it happens. */
  readonly name: string;
  /** As the page tells it. */
  readonly words: string;
  readonly script: string;
  /** Which entries are looked at afterwards, where it is not the file alone. */
  readonly looked?: readonly string[];
  readonly needs?: "root";
}

/** What every script begins with; `size` is the file's. */
export const PRELUDE = `
size=\${size:-16384}
keep() { touch -r $f ../time; }
back() { touch -r ../time "\${1:-$f}"; }
`;

/** All of them, in the order of the page. */
export const EDITS: readonly HiddenEdit[] = [
  {
    name: "written",
    words: "content written to, time turned back",
    script: `keep; printf X | dd of=$f conv=notrunc status=none; back`,
  },
  {
    name: "mapped",
    words: "content stored to through a mapping, time turned back",
    script: `keep; python3 -c 'import mmap, sys
with open(sys.argv[1], "r+b") as file: mmap.mmap(file.fileno(), 0)[0:1] = b"Y"' $f; back`,
  },
  {
    name: "cut",
    words: "cut to nothing, filled to the same size, time turned back",
    script: `keep; truncate -s 0 $f; head -c $size /dev/zero | tr '\\0' z > $f; back`,
  },
  {
    name: "punched",
    words: "hole punched, time turned back",
    script: `keep; fallocate --punch-hole --offset 4096 --length 4096 $f; back`,
  },
  {
    name: "over",
    words: "another file of the same size and time renamed over it",
    script: `keep; head -c $size /dev/zero | tr '\\0' o > new; chmod --reference=$f new
back new; mv new $f`,
  },
  {
    name: "swapped",
    words: "names swapped with another file of the same size and time",
    script: `mv $f aside; mv other $f; mv aside other`,
  },
  {
    name: "unlinked",
    words: "one of two hard links replaced by a file of the same size and time",
    script: `keep; head -c $size /dev/zero | tr '\\0' u > new; chmod --reference=$f new
back new; mv new $f`,
  },
  {
    name: "joined",
    words: "replaced by a hard link to another file of the same size and time",
    script: `ln -f joined-to $f`,
    looked: ["joined", "joined-to"],
  },
  {
    name: "nanosecond",
    words: "content written to, time one nanosecond later",
    script:
      `printf X | dd of=$f conv=notrunc status=none; touch -d '2020-01-01 00:00:00.000000001' $f`,
  },
  {
    name: "clock-back",
    words: "content written to under a clock that was set back",
    script: `printf X | dd of=$f conv=notrunc status=none; touch -d 1999-01-01 $f`,
  },
  {
    name: "clock-ahead",
    words: "content written to under a clock that was set ahead",
    script: `printf X | dd of=$f conv=notrunc status=none; touch -d 2099-01-01 $f`,
  },
  {
    name: "grown",
    words: "content added, time turned back",
    script: `keep; echo more >> $f; back`,
  },
  { name: "touched", words: "time alone", script: `touch -d 2021-01-01 $f` },
  { name: "mode", words: "mode alone", script: `chmod 600 $f` },
  { name: "owner", words: "owner alone, as root", script: `chown 1234:1234 $f`, needs: "root" },
  {
    name: "attribute",
    words: "extended attribute alone",
    script: `setfattr -n user.hidden -v edit $f`,
  },
  {
    name: "kind",
    words: "replaced by a symbolic link",
    script: `rm $f; ln -s written $f; touch -h -d 2020-01-01 $f`,
  },
  {
    name: "target",
    words: "symbolic link of the same length and time to elsewhere",
    script: `ln -sfn elsewhere $f; touch -h -d 2020-01-01 $f`,
  },
  {
    name: "directory",
    words: "file made in a directory whose time was turned back",
    script: `keep; echo new > $f/made; back`,
    looked: ["directory/made"],
  },
];

/** Makes the tree that both ends hold at first. */
export const PLANT = `
for f in ${
  EDITS.map(({ name }) => name).filter((name) => name !== "target" && name !== "directory").join(
    " ",
  )
}; do
  { echo "$f"; head -c 16384 /dev/zero | tr '\\0' a; } | head -c 16384 > $f; chmod 640 $f
done
for f in other joined-to; do head -c 16384 /dev/zero | tr '\\0' b > $f; chmod 640 $f; done
ln unlinked unlinked-too
mkdir directory
ln -s somewhere target
touch -h -d 2020-01-01 -- * .`;
