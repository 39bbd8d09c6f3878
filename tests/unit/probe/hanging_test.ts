import assert from "node:assert/strict";
import { isBeneathAny, nameOfPath } from "../../../core/probe/hanging.ts";

Deno.test("a place is beneath a mount, be it the root or the place itself, and not beneath a neighbour", () => {
  const isBeneath = (path: string, ...mounts: string[]): boolean =>
    isBeneathAny(nameOfPath(path), mounts.map(nameOfPath));
  for (const mount of ["/", "/srv", "/srv/data"]) assert.ok(isBeneath("/srv/data", "/x", mount));
  for (const mount of ["/srv/dat", "/srv/data/below", "/data"]) {
    assert.ok(!isBeneath("/srv/data", mount), mount);
  }
  assert.ok(isBeneath("/", "/"));
  assert.ok(!isBeneath("/", "/srv"));
  assert.ok(!isBeneath("/srv/data"));
});
