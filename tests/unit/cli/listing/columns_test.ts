import assert from "node:assert/strict";
import { modeLetters } from "../../../../cli/listing/mode.ts";
import { humanSize } from "../../../../cli/listing/size.ts";
import { MinuteClock } from "../../../../cli/listing/time.ts";
import { bash, makePlace } from "../../../support/mod.ts";

const SIZES = [
  ...[0, 1, 999, 1000, 1023, 1024, 1025, 1126, 1127, 1536, 10_137, 10_138, 10_189, 10_190],
  ...[10_239, 10_240, 10_241, 102_400, 1023 * 1024, 1023 * 1024 + 1, 2 ** 20 - 1, 2 ** 20],
  ...[2 ** 20 + 1, 10 * 2 ** 20 - 1, 1023 * 2 ** 20 + 5, 2 ** 30 - 1, 2 ** 30, 2 ** 40 + 1],
];

Deno.test("sizes are rounded as by ls -h and du -h", async () => {
  await using place = await makePlace("disk");
  await bash(
    `cd "$1"; shift; for size in "$@"; do truncate -s "$size" "$size"; done`,
    [place.path, ...SIZES.map(String)],
  );
  const listed = await bash(`cd "$1"; ls -lhU; du -h --apparent-size *`, [place.path]);
  const rounded = new Map<string, Set<string>>();
  for (const line of listed.trim().split("\n").slice(1)) {
    const cells = line.split(/\s+/);
    const name = cells.at(-1) ?? "";
    const size = (cells.length === 2 ? cells[0] : cells[4]) ?? "";
    rounded.set(name, (rounded.get(name) ?? new Set()).add(size));
  }
  for (const size of SIZES) {
    assert.deepEqual([...rounded.get(String(size)) ?? []], [humanSize(size)], String(size));
  }
  assert.equal(humanSize(2 ** 50 * 1.5), "1.5P");
});

Deno.test("times are as ls --time-style=long-iso has them", async () => {
  await using place = await makePlace("disk");
  const moments = [
    0,
    -1,
    -59,
    -60,
    -61,
    59,
    60,
    1_700_000_000,
    -1_000_000,
    4_102_444_800,
    951_782_400,
  ];
  await bash(
    `cd "$1"; shift; for at in "$@"; do touch -d "@$at" "./$at"; done`,
    [place.path, ...moments.map(String)],
  );
  const listed = await bash(`cd "$1"; ls -lU --time-style=long-iso`, [place.path]);
  const clock = new MinuteClock();
  for (const line of listed.trim().split("\n").slice(1)) {
    const [, , , , , date, time, name = ""] = line.split(/\s+/);
    assert.equal(clock.text(Number(name)), `${date} ${time}`, name);
  }
  assert.equal(clock.text(9e12), "9000000000000");
});

Deno.test("modes are as ls -l has them", async () => {
  await using place = await makePlace("disk");
  await bash(
    `cd "$1"; for mode in 0000 0644 0755 1644 1755 2644 2755 4644 4755 6711 7777 7000; do
       touch "$mode"; chmod "$mode" "$mode"; mkdir "d$mode"; chmod "$mode" "d$mode"; done
     mkfifo -m 0640 p0640; ln -s 0000 l0777`,
    [place.path],
  );
  const listed = await bash(`cd "$1"; ls -lU`, [place.path]);
  const kinds: Readonly<Record<string, number>> = { d: 4, p: 1, l: 10 };
  for (const line of listed.trim().split("\n").slice(1)) {
    const [letters = ""] = line.split(/\s+/);
    const name = line.replace(/ -> .*/, "").split(/\s+/).at(-1) ?? "";
    const kind = kinds[name.charAt(0)] ?? 8;
    const mode = kind << 12 | parseInt(name.replace(/^[dpl]/, ""), 8);
    assert.equal(modeLetters(mode >>> 0), letters.slice(0, 10), name);
  }
  assert.equal(modeLetters(6 << 12 | 0o620), "brw--w----");
  assert.equal(modeLetters(2 << 12), "c---------");
  assert.equal(modeLetters(12 << 12 | 0o777), "srwxrwxrwx");
});
