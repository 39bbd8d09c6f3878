import { dirname, join } from "node:path";
import {
  type Blit,
  copiesInWorkers,
  hashesInWasm,
  pushesAndPulls,
  startsAndRefuses,
} from "./package_smoke.ts";

const EXTENSION = Deno.build.os === "windows" ? ".exe" : "";

/** The compiled program: the one that BLIT_COMPILED names, or what `deno task compile` has made. */
function compiled(): string | undefined {
  const named = Deno.env.get("BLIT_COMPILED");
  if (named !== undefined && named !== "") return Deno.realPathSync(named);
  try {
    return Deno.realPathSync(new URL(`../../bin/blit${EXTENSION}`, import.meta.url));
  } catch {
    return undefined;
  }
}

const blit = compiled();

/** How often to try: more than once for a runtime older than Deno 2.9.4, whose HTTP/2 is unsound. */
const TRIES = Number(Deno.env.get("BLIT_COMPILED_TRIES") ?? 1);

function compiledTest(name: string, fn: (blit: Blit) => Promise<void>): void {
  if (blit !== undefined) Deno.test(name, () => fn([blit]));
  else Deno.test.ignore(`${name} (needs deno task compile)`, () => {});
}

compiledTest("the compiled blit starts and refuses what it does not know", startsAndRefuses);
compiledTest("the compiled blit copies a tree exactly, in Workers and by FFI", copiesInWorkers);
compiledTest("the compiled blit pushes to and pulls from the compiled blit-daemon", (blit) => {
  const daemon = join(dirname(blit[0]), `blit-daemon${EXTENSION}`);
  return pushesAndPulls(blit, [daemon], TRIES);
});
compiledTest("the compiled blit hashes in WASM", hashesInWasm);
