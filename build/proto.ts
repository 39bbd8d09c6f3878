/**
 * `deno task proto [--check]`: generates proto/generated from proto/*.proto, or says whether what
 * is committed is what would be generated. buf(1) compiles, ts-proto writes the TypeScript.
 *
 * @module
 */
import { ROOT } from "./programs.ts";

/** Where the generated code is committed. */
const GENERATED = new URL("proto/generated/", ROOT);

/** How ts-proto writes; its README describes each option. */
const OPTIONS = [
  "env=browser", // Uint8Array, not Buffer
  "esModuleInterop=true",
  "importSuffix=.ts",
  "forceLong=number", // counts and sizes; what a number cannot hold exactly is refused
  "oneof=unions-value",
  "enumsAsLiterals=true",
  "removeEnumPrefix=true",
  "unrecognizedEnum=false", // an unknown number stays one; whoever reads it refuses it
  "outputJsonMethods=false",
  "outputPartialMethods=false",
  "outputServices=none", // core/remote/grpc makes and serves calls by itself
  "outputIndex=false",
  "annotateFilesWithVersion=false",
];

const PLUGIN = ["deno", "run", "--quiet", "--allow-all", "ts-proto/protoc-gen-ts_proto"];

/** Generates into the folder (an absolute path). */
async function generate(folder: string): Promise<void> {
  const template = {
    version: "v2",
    plugins: [{ local: PLUGIN, out: folder, opt: OPTIONS }],
  };
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      "@bufbuild/buf/buf",
      "generate",
      "proto",
      `--template=${JSON.stringify(template)}`,
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot generate:\n${new TextDecoder().decode(stderr)}`);
}

/** The files of a folder by name. */
async function read(folder: string | URL): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(folder)) {
    files.set(
      name,
      await Deno.readTextFile(`${folder instanceof URL ? folder.pathname : folder}/${name}`),
    );
  }
  return files;
}

const aside = await Deno.makeTempDir({ prefix: "blit-proto-" });
try {
  await generate(aside);
  if (Deno.args.includes("--check")) {
    const [made, committed] = [await read(aside), await read(GENERATED)];
    const stale = [...new Set([...made.keys(), ...committed.keys()])]
      .filter((name) => made.get(name) !== committed.get(name));
    for (const name of stale) {
      console.error(`proto/generated/${name} is not what proto/ gives: run "deno task proto".`);
    }
    if (stale.length > 0) Deno.exitCode = 1;
  } else {
    await Deno.remove(GENERATED, { recursive: true }).catch(() => {});
    await Deno.mkdir(GENERATED, { recursive: true });
    for (const [name, text] of await read(aside)) {
      await Deno.writeTextFile(new URL(name, GENERATED), text);
    }
  }
} finally {
  await Deno.remove(aside, { recursive: true });
}
