import assert from "node:assert/strict";
import fc from "fast-check";
import { nameOf, StatTable } from "../../../core/entry/mod.ts";
import { errnoName } from "../../../core/sys/errno.ts";
import { openLinux } from "../../../core/sys/linux.ts";
import { openPortable } from "../../../core/sys/portable.ts";
import type { Handle, Sys } from "../../../core/sys/sys.ts";
import { ok } from "./ground.ts";

const NAMES = ["a", "b", "c", "\u00e9"].map(nameOf);

const CALLS = [
  "create",
  "makeDirectory",
  "symlink",
  "link",
  "rename",
  "renameExclusive",
  "unlink",
  "removeDirectory",
  "setMode",
  "setTimes",
  "readLink",
] as const;

interface Step {
  readonly call: typeof CALLS[number];
  /** Act inside of the directory "a", where it is one, instead of the root. */
  readonly within: boolean;
  readonly name: number;
  readonly other: number;
  readonly value: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  call: fc.constantFrom(...CALLS),
  within: fc.boolean(),
  name: fc.nat(NAMES.length - 1),
  other: fc.nat(NAMES.length - 1),
  value: fc.nat(0o777),
});

/** Makes one step and gives what came of it, in words. */
function take(sys: Sys, root: Handle, { call, within, name, other, value }: Step): string {
  const inner = within ? sys.openBeneath(root, nameOf("a")) : root;
  if (inner < 0) return "not there";
  const one = NAMES[name] ?? nameOf("a");
  const two = NAMES[other] ?? nameOf("a");
  const result = ((): number | Uint8Array<ArrayBuffer> => {
    switch (call) {
      case "create": {
        const file = sys.create(inner, one, value);
        return file < 0 ? file : sys.close(file);
      }
      case "makeDirectory":
        return sys.makeDirectory(inner, one, value);
      case "symlink":
        return sys.symlink(two, inner, one);
      case "link":
      case "rename":
      case "renameExclusive":
        return sys[call](root, one, inner, two);
      case "setMode":
        return sys.setMode(inner, one, value);
      case "setTimes":
        return sys.setTimes(inner, one, value * 1e6, value * 1e6);
      default:
        return sys[call](inner, one);
    }
  })();
  if (inner !== root) ok(sys.close(inner));
  if (typeof result !== "number") return new TextDecoder().decode(result);
  return result < 0 ? errnoName(-result) : "done";
}

function state(sys: Sys, root: Handle): string {
  const table = new StatTable(1);
  return NAMES.map((name) =>
    sys.stat(root, name, table, 0) < 0 ? "-" : [table.mode[0]?.toString(8), table.links[0]].join()
  ).join(" ");
}

Deno.test({
  name: "the portable backend answers any sequence of calls as the linux backend does",
  ignore: Deno.build.os !== "linux",
  fn() {
    const backends = [openPortable(), openLinux()];
    const property = fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      const told = backends.map((sys) => {
        const path = Deno.makeTempDirSync({ prefix: "blit-agree-" });
        try {
          const root = ok(sys.openRoot(nameOf(path)));
          const words = steps.map((one) => `${one.call}: ${take(sys, root, one)}`);
          words.push(state(sys, root));
          ok(sys.close(root));
          return words;
        } finally {
          Deno.removeSync(path, { recursive: true });
        }
      });
      assert.deepEqual(told[0], told[1]);
    });
    fc.assert(property, { numRuns: 300 });
    for (const sys of backends) sys.end();
  },
});
