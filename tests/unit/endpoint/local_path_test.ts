import assert from "node:assert/strict";
import fc from "fast-check";
import { type LocalPath, parseLocalPath, type PathLike } from "../../../core/endpoint/mod.ts";
import { TransferError } from "../../../core/transfer/failure.ts";

const encoder = new TextEncoder();

function parsed(
  given: PathLike,
): Record<"path" | "parent" | "name", string> & { content: boolean } {
  const { path, parent, name, content } = parseLocalPath(given);
  const text = (bytes: LocalPath["path"]): string => {
    assert.equal(bytes[bytes.length - 1], 0, "ends in NUL");
    return new TextDecoder().decode(bytes.subarray(0, -1));
  };
  return { path: text(path), parent: text(parent), name: text(name), content };
}

Deno.test("a path is taken apart by rsync's trailing-slash rule", () => {
  const at = (path: string, parent: string, name: string, content: boolean) => ({
    path,
    parent,
    name,
    content,
  });
  assert.deepEqual(parsed("/a/b"), at("/a/b", "/a", "b", false));
  assert.deepEqual(parsed("/a/b///"), at("/a/b", "/a", "b", true));
  assert.deepEqual(parsed("/a"), at("/a", "/", "a", false));
  assert.deepEqual(parsed("/"), at("/", "/", "", true));
  assert.deepEqual(parsed("//"), at("/", "/", "", true));
  assert.deepEqual(parsed("/a/."), at("/a/.", "/a", ".", true));
  assert.deepEqual(parsed("/a/.."), at("/a/..", "/a", "..", true));
  assert.deepEqual(parsed("/a/..."), at("/a/...", "/a", "...", false));
  assert.deepEqual(parsed("/a/.b"), at("/a/.b", "/a", ".b", false));
  const here = Deno.cwd();
  assert.deepEqual(parsed("x"), at(`${here}/x`, here, "x", false));
  assert.deepEqual(parsed("."), at(`${here}/.`, here, ".", true));
  assert.deepEqual(parsed("x/"), at(`${here}/x`, here, "x", true));
});

Deno.test("bytes, text and file: URLs name the same path", () => {
  assert.deepEqual(parsed(new URL("file:///a/b%20c%25/")), parsed("/a/b c%/"));
  assert.deepEqual(parsed(encoder.encode("/a/é")), parsed("/a/é"));
  assert.deepEqual(parsed(new URL("file:///a/%C3%A9")), parsed("/a/é"));
  assert.deepEqual([...parseLocalPath(new URL("file:///%FF")).name], [0xff, 0]);
});

Deno.test("a path that names nothing here is refused with a sentence", () => {
  for (
    const [given, code] of [
      ["", "path-empty"],
      ["a\0b", "path-nul"],
      [new URL("https://example.org/a"), "path-url"],
      [new URL("file://host/a"), "path-url"],
    ] as const
  ) {
    assert.throws(() => parseLocalPath(given), (error) => {
      assert.ok(error instanceof TransferError);
      assert.equal(error.code, code);
      assert.equal(error.exitCode, 64);
      return true;
    });
  }
});

Deno.test("parent and name put together are the path, whatever the path is", () => {
  const component = fc.constantFrom("a", ".", "..", "x y", "é", "...", "");
  fc.assert(fc.property(fc.array(component, { minLength: 1, maxLength: 6 }), (parts) => {
    const given = "/" + parts.join("/");
    const { path, parent, name, content } = parsed(given);
    const single = (text: string): string => text.replaceAll(/\/+/g, "/");
    assert.equal(single(path), single(`${parent}/${name}`));
    assert.ok(path === "/" || !path.endsWith("/"));
    assert.equal(given.startsWith(path), true);
    assert.equal(content, given.endsWith("/") || name === "." || name === "..");
  }));
});
