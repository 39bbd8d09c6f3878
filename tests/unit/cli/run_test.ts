import assert from "node:assert/strict";
import { parse } from "../../../cli/arguments/parse.ts";
import { UsageError } from "../../../cli/arguments/usage_error.ts";
import { transferOptions } from "../../../cli/run/options.ts";
import { BLIT } from "../../../cli/table/mod.ts";

Deno.test("options of the command line become options of the library", async () => {
  const given = [
    "-na",
    "-c",
    "-u",
    "--durable",
    "--backup-dir",
    "old",
    "--workers=3",
    "--force-grpc-data",
  ];
  const options = await transferOptions(
    parse(BLIT, ["mirror", ...given, "--force-delete", "a", "b"]),
  );
  assert.deepEqual(options, {
    dryRun: true,
    compare: "checksum",
    ignoreExisting: false,
    update: true,
    xattrs: true,
    acls: true,
    durable: true,
    resume: false,
    forceDelete: true,
    backupDir: "old",
    forceGrpcData: true,
    workers: 3,
  });
});

Deno.test("rules keep their order, and files of rules their place in it", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "*.tmp\0b");
    const given = ["--exclude=a", "--exclude-from", file, "--include", "b", "--min-size=1K"];
    const lists = ["--files-from", file, "--null", "--max-age", "3d"];
    const { filter } = await transferOptions(parse(BLIT, ["copy", ...given, ...lists, "x", "y"]));
    const content = await Deno.readFile(file);
    assert.deepEqual(filter, {
      rules: [
        { kind: "exclude", pattern: "a" },
        { kind: "exclude-from", name: file, content },
        { kind: "include", pattern: "b" },
      ],
      filesFrom: { name: file, content, nullTerminated: true },
      minSize: "1K",
      maxAge: "3d",
    });
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("a list that cannot be read and a bad number are usage errors", async () => {
  const missing = parse(BLIT, ["copy", "--files-from=/no/such", "a", "b"]);
  await assert.rejects(transferOptions(missing), {
    name: "UsageError",
    message: 'Cannot read --files-from "/no/such": no such file or directory',
  });
  for (const workers of ["0", "x", "-1", "1e3"]) {
    const bad = parse(BLIT, ["copy", `--workers=${workers}`, "a", "b"]);
    await assert.rejects(transferOptions(bad), UsageError);
  }
});
