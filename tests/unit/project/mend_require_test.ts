import assert from "node:assert/strict";
import { mendRequire } from "../../../build/bundle.ts";

/** What esbuild puts into a module that asks for a built-in by `require`. */
const SHIM = `var $=(i=>typeof require<"u"?require:i)(function(i){` +
  `throw Error('Dynamic require of "'+i+'" is not supported')});`;

Deno.test("a bundled module that requires a built-in can have it", async () => {
  const load = (text: string) =>
    import(`data:text/javascript,${encodeURIComponent(`${text}export const e=$("node:os").EOL;`)}`);
  await assert.rejects(load(SHIM), /Dynamic require of "node:os" is not supported/);
  // A data: URL cannot be required from; a bundle is a file.
  const file = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(file, mendRequire(`${SHIM}export const e=$("node:os").EOL;`));
    assert.equal((await import(`file://${file}`)).e, "\n");
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a bundled module that requires nothing is left as it is", () => {
  assert.equal(mendRequire("export const one=1;"), "export const one=1;");
});

Deno.test("a chunk that all others import loads what is built in only when it is asked for", async () => {
  const eager = 'import{createRequire as __deno_internal_createRequire} from "node:module";' +
    "var m=__deno_internal_createRequire(import.meta.url);export{m as a};";
  const lazy = mendRequire(eager);
  assert.doesNotMatch(lazy, /import\{/);
  const file = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(file, lazy);
    assert.equal((await import(`file://${file}`)).a("node:os").EOL, "\n");
  } finally {
    await Deno.remove(file);
  }
});
