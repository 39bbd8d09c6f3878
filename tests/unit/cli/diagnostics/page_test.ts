import assert from "node:assert/strict";
import * as fc from "fast-check";
import { chart, niceAbove } from "../../../../cli/diagnostics/chart.ts";
import { html } from "../../../../cli/diagnostics/escape.ts";
import { countMounts } from "../../../../cli/diagnostics/mounts.ts";
import { changeText, speedText } from "../../../../cli/diagnostics/speed.ts";

Deno.test("no text is markup, in content and in attributes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.doesNotMatch(html(text), /[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
    // deno-lint-ignore no-control-regex -- they are what must not be there
    assert.doesNotMatch(html(text), /[\x00-\x1f\x7f]/);
  }));
  assert.equal(html(`a<b>&"c'`), "a&lt;b&gt;&amp;&quot;c&#39;");
});

Deno.test("scales end at a round number that is no smaller", () => {
  const cases = [[0, 1], [1, 1], [1.01, 2], [3, 5], [7, 10], [420, 500], [0.03, 0.05]] as const;
  for (const [value, nice] of cases) {
    assert.ok(Math.abs(niceAbove(value) - nice) < 1e-12, String(value));
  }
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e18, noNaN: true }), (value) => {
    const nice = niceAbove(value);
    assert.ok(nice >= value * (1 - 1e-9) && nice <= value * 5, `${value}: ${nice}`);
  }));
});

Deno.test("a drawing stays in its frame, whatever is drawn", () => {
  const values = fc.array(fc.double({ min: 0, max: 1e18, noNaN: true }), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(values, (values) => {
      const svg = chart({
        id: "a",
        title: "<t>",
        description: "d",
        values,
        ends: ["first", "last"],
        text: String,
      });
      const dots = [...svg.matchAll(/<circle class="dot" cx="([^"]*)" cy="([^"]*)"/g)];
      assert.equal(dots.length, values.length);
      for (const [, x, y] of dots) {
        assert.ok(Number(x) >= 62 && Number(x) <= 352 && Number(y) >= 10 && Number(y) <= 122, svg);
      }
      assert.doesNotMatch(svg, /NaN|Infinity|<t>/);
    }),
    { examples: [[[Number.MIN_VALUE]]] },
  );
});

Deno.test("speeds and changes are written for people", () => {
  assert.equal(speedText("bytes", 1_500_000), "1.5 MB/s");
  assert.equal(speedText("files", 3400.4), "3,400 files/s");
  assert.equal(speedText("entries", 2.25), "2.3 entries/s");
  assert.deepEqual([0.124, -0.5, 0, undefined, 30].map(changeText), [
    "+12 %",
    "-50 %",
    "0 %",
    "-",
    "+3,000 %",
  ]);
});

Deno.test("mounts are counted by type, and nothing else of them is told", () => {
  const table = [
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
    "23 22 0:20 / /proc rw - proc proc rw",
    "24 22 0:30 / /mnt/a\\040b rw shared:3 master:4 - fuse.sshfs me@host:/x rw",
    "25 22 8:2 / /mnt/- rw - ext4 /dev/sdb1 rw",
    "26 22 8:2 / /mnt rw - bad/type x rw",
    "torn",
    "",
  ].join("\n");
  assert.deepEqual(countMounts(table), { ext4: 2, "fuse.sshfs": 1, other: 1, proc: 1 });
});
