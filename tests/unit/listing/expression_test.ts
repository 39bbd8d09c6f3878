import assert from "node:assert/strict";
import { compileExpression } from "../../../core/listing/expression.ts";
import { TransferError } from "../../../core/transfer/failure.ts";

const BROKEN: readonly (readonly [expression: string, character: number, reason: RegExp])[] = [
  ["a(b", 2, /group/],
  ["a)b", 2, /\)/],
  ["(a(b)", 1, /group/],
  ["x(a**)", 5, /repeat/],
  ["[abc", 1, /class/],
  ["ab[z-a]", 6, /range/],
  ["é🦕*+(", 4, /repeat/],
  ["a\\", 2, /\\/],
  ["a{2,1}", 6, /quantifier/],
  ["\\y", 2, /escape/],
  ["(?<n>a)(?<n>b)", 14, /duplicate/],
];

Deno.test("a broken expression is refused with the place where it breaks", () => {
  for (const [expression, character, reason] of BROKEN) {
    assert.throws(() => compileExpression(expression, false), (error) => {
      assert.ok(error instanceof TransferError);
      assert.equal(error.code, "regex");
      assert.equal(error.exitCode, 64);
      assert.match(error.message, new RegExp(`broken at character ${character}, `), expression);
      assert.match(error.message, reason);
      return true;
    });
  }
});

Deno.test("an expression takes characters, line breaks included", () => {
  assert.ok(compileExpression("^a.b$", false).test("a\nb"));
  assert.ok(compileExpression("^.$", false).test("🦕"));
  assert.ok(compileExpression("É", true).test("café"));
});

Deno.test("an expression longer than any that means well is refused", () => {
  assert.throws(() => compileExpression("a".repeat(5000), false), /too long: 5000 characters/);
});
