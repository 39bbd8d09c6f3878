import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { Errno } from "../../../core/sys/errno.ts";
import { Libc } from "../../../core/sys/linux/libc.ts";
import { NamedAttributes } from "../../../core/sys/linux/named_attributes.ts";
import { bash, makePlace } from "../../support/mod.ts";

const O_DIRECTORY = 0x10000;
const AT_FDCWD = -100;

/** A kernel without the calls of Linux 6.13, or one that forbids them. */
function without(libc: Libc, errno: number): { readonly libc: Libc; readonly asked: () => number } {
  let asked = 0;
  const refuse = (): number => {
    asked++;
    libc.errno[0] = errno;
    return -1;
  };
  const namedAttribute = { ffiListxattrat: refuse, ffiGetxattrat: refuse };
  return {
    libc: new Proxy(libc, {
      get: (target, key: keyof Libc) =>
        key === "namedAttribute" ? namedAttribute : Reflect.get(target, key, target),
    }),
    asked: () => asked,
  };
}

Deno.test({
  name: "attributes by name are the same by the kernel's calls and by the path in /proc",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using place = await makePlace("disk");
    const values = ["", "v", "x".repeat(700)];
    for (const [at, value] of values.entries()) {
      await bash(`touch "$1/f$2" && setfattr -n user.k -v "$3" "$1/f$2"`, [
        place.path,
        String(at),
        value,
      ]);
    }
    const libc = Libc.take();
    const refusing = [without(libc, Errno.ENOSYS), without(libc, Errno.EPERM)];
    const all = [libc, ...refusing.map((one) => one.libc)].map((one) => new NamedAttributes(one));
    const directory = libc.core.ffiOpenat(AT_FDCWD, nameOf(place.path), O_DIRECTORY, 0);
    const buffer = new Uint8Array(65536);
    // Often enough for V8's last compiler, which passes arguments in another way.
    for (let round = 0; round < 2000; round++) {
      const value = values[round % 3]!;
      const name = nameOf(`f${round % 3}`);
      for (const named of all) {
        assert.equal(named.list(directory, name, buffer, 512), 7);
        assert.equal(new TextDecoder().decode(buffer.subarray(0, 7)), "user.k\0");
        const length = named.get(directory, name, nameOf("user.k"), buffer, 1024);
        assert.equal(new TextDecoder().decode(buffer.subarray(0, length)), value);
        if (value.length <= 512) continue;
        assert.equal(named.get(directory, name, nameOf("user.k"), buffer, 512), -1);
        assert.equal(libc.errno[0], Errno.ERANGE);
      }
    }
    for (const { asked } of refusing) assert.equal(asked(), 1, "asked for once, and never again");
    libc.core.ffiClose(directory);
    libc.give();
  },
});
