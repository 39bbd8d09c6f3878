import assert from "node:assert/strict";
import { assertSentence, runBlit, watchedPair } from "../support/mod.ts";

Deno.test("a place for sockets that is of no use is named in a sentence", async () => {
  await using pair = await watchedPair();
  const operands = ["watch", `${pair.source}/`, pair.destination];
  const refused = async (folder: string, words: RegExp): Promise<void> => {
    const output = await runBlit(operands, { env: { XDG_RUNTIME_DIR: folder } });
    assertSentence(output, [1], words, /XDG_RUNTIME_DIR/);
    assert.ok(output.stderr.includes(folder), output.stderr);
    assert.doesNotMatch(output.stderr, /defect/);
  };
  await refused(`${pair.path}/missing`, /Cannot make the folder/);
  Deno.writeTextFileSync(`${pair.path}/file`, "");
  await refused(`${pair.path}/file`, /Cannot make the folder/);
  const long = `${pair.path}/${"long".repeat(30)}`;
  Deno.mkdirSync(long);
  await refused(long, /too long/);
});
