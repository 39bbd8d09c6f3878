import assert from "node:assert/strict";
import { ConfigError, readConfig } from "../../../daemon/config/mod.ts";
import { bash, makePlace, needing } from "../../support/mod.ts";

function refused(file: string, sentence: RegExp): void {
  assert.throws(
    () => readConfig(file),
    (error) => error instanceof ConfigError && sentence.test(error.message),
    file,
  );
}

Deno.test("a file that is not there is none", async () => {
  await using place = await makePlace();
  assert.equal(readConfig(`${place.path}/none.toml`), undefined);
  assert.equal(readConfig(`${place.path}/none/none.toml`), undefined);
});

Deno.test("a file of one's own is read, through links of one's own", async () => {
  await using place = await makePlace();
  await bash(
    'cd "$1"; mkdir real; echo "# me" >real/a.toml; ln -s real/../real link; ln -s link/a.toml b',
    [place.path],
  );
  assert.equal(readConfig(`${place.path}/b`), "# me\n");
  assert.equal(readConfig(`${place.path}/link/../real/a.toml`), "# me\n");
});

Deno.test("links that lead in circles, directories and fifos are refused", async () => {
  await using place = await makePlace();
  await bash('cd "$1"; ln -s b a; ln -s a b; mkdir d; mkfifo f', [place.path]);
  refused(`${place.path}/a`, /too many links/);
  refused(`${place.path}/d`, /not a regular file/);
  refused(`${place.path}/f`, /not a regular file/);
});

Deno.test("a file that everybody may write is refused", async () => {
  await using place = await makePlace();
  await bash('touch "$1/a.toml"; chmod 666 "$1/a.toml"', [place.path]);
  refused(`${place.path}/a.toml`, /everybody may write to it: chmod o-w/);
});

Deno.test("a directory in which everybody may rename is refused, unless it is sticky", async () => {
  await using place = await makePlace();
  await bash('mkdir -m 777 "$1/open"; mkdir -m 1777 "$1/sticky"', [place.path]);
  for (const folder of ["open", "sticky"]) {
    await Deno.writeTextFile(`${place.path}/${folder}/a`, "");
  }
  refused(`${place.path}/open/a`, /everybody may rename what is in ".*\/open"/);
  assert.equal(readConfig(`${place.path}/sticky/a`), "");
});

Deno.test({
  ...needing("a link or a file that somebody else planted is refused with its owner", "root"),
  async fn() {
    await using place = await makePlace();
    await bash(
      'cd "$1"; echo "# mine" >mine.toml; ln -s mine.toml link; chown -h 65534 link' +
        "; touch theirs.toml; chown 65534 theirs.toml; mkdir d; ln -s d dl; chown -h 65534 dl" +
        "; cp mine.toml d",
      [place.path],
    );
    refused(`${place.path}/link`, /the link ".*\/link" on the way to it belongs to user 65534/);
    refused(`${place.path}/dl/mine.toml`, /the link ".*\/dl" on the way/);
    refused(`${place.path}/theirs.toml`, /it belongs to user 65534/);
  },
});

Deno.test("what is too long or not UTF-8 is refused", async () => {
  await using place = await makePlace();
  await Deno.writeFile(`${place.path}/long.toml`, new Uint8Array(300_000).fill(35));
  await Deno.writeFile(`${place.path}/latin.toml`, new Uint8Array([35, 0xe9]));
  refused(`${place.path}/long.toml`, /longer than 256 KiB/);
  refused(`${place.path}/latin.toml`, /not UTF-8/);
});
