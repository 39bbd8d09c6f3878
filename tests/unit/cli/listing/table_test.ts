import assert from "node:assert/strict";
import { shownName } from "../../../../cli/listing/name.ts";
import { canonicalPlace, writtenPlace } from "../../../../cli/listing/place.ts";
import { cellText, displayWidth, tableLines } from "../../../../cli/listing/table.ts";

const ROWS = [["server", "9"], ["日本", "10"], ["é\u0301", "1000"]];
const decoder = new TextDecoder();

Deno.test("a table is aligned at a terminal by the columns that characters take", () => {
  const form = { terminal: true, heading: ["NAME", "COUNT"], right: [1] };
  assert.deepEqual(tableLines(ROWS, form), [
    "NAME    COUNT",
    "server      9",
    "日本       10",
    "é\u0301        1000",
  ]);
  assert.equal(displayWidth("a\u{1f995}"), 3);
});

Deno.test("elsewhere a table has tabs and no heading", () => {
  const form = { terminal: false, heading: ["NAME", "COUNT"], right: [1] };
  assert.deepEqual(tableLines([["a", "", "b"]], form), ["a\t\tb"]);
});

Deno.test("what others say cannot break a table or command a terminal", () => {
  assert.equal(cellText("a\tb\n\x1b[31m\0"), "a\\tb\\n\\x1b[31m\u{fffd}");
  assert.equal(shownName(new Uint8Array([97, 10, 92, 255])), "a\\n\\\\\\xff");
  assert.equal(shownName(new TextEncoder().encode("a é")), "a é");
});

Deno.test("a place is written as it was given, or whole", async () => {
  const shown = async (given: string): Promise<[string, string]> => {
    const { self, prefix } = await canonicalPlace(given);
    return [decoder.decode(self), decoder.decode(prefix)];
  };
  assert.deepEqual(await shown("/a/./b//c/"), ["/a/b/c", "/a/b/c/"]);
  assert.deepEqual(await shown("/"), ["/", "/"]);
  assert.deepEqual(await shown("/a/../b"), ["/a/../b", "/a/../b/"]);
  const here = Deno.cwd();
  assert.deepEqual((await shown("./x:y/../z/."))[0], `${here}/x:y/../z`);
  assert.deepEqual(await shown("."), [here, `${here}/`]);
  assert.deepEqual(await shown("Server:9031/m/"), ["server:/m/", "server:/m/"]);
  assert.deepEqual(await shown("server:9032/m//a/./b/"), [
    "server:9032/m/a/b",
    "server:9032/m/a/b/",
  ]);
  assert.deepEqual(await shown("[::1]://"), ["[::1]://", "[::1]://"]);
  assert.equal(decoder.decode(writtenPlace("a").prefix), "a/");
  assert.equal(decoder.decode(writtenPlace("a/").prefix), "a/");
});
