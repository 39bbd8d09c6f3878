/**
 * Builds wasm/blit.wasm from wasm/assembly, or with `--check` builds it aside and says whether the
 * committed file is the same, bit for bit.
 */
import asc from "assemblyscript/asc";

const OUTPUT = "blit.wasm";
/** Constants must end before the first address that assembly/layout.ts gives away. */
const STATIC_LIMIT = 0x10000;

const folder = new URL(".", import.meta.url);

async function compile(): Promise<Uint8Array<ArrayBuffer>> {
  let built: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main([
    "assembly/index.ts",
    "--outFile",
    OUTPUT,
    "-O3",
    "--enable",
    "simd",
    "--runtime",
    "stub",
    "--noAssert",
    // The memory's size is PAGES in assembly/layout.ts; it never grows, so views stay valid.
    ...["--initialMemory", "545", "--maximumMemory", "545"],
    // v128 cannot cross to JavaScript; none of ours does.
    ...["--disableWarning", "112"],
  ], {
    readFile: (name) => {
      try {
        return Deno.readTextFileSync(new URL(name, folder));
      } catch (cause) {
        // The compiler asks for many files that do not exist and goes on to the next.
        if (cause instanceof Deno.errors.NotFound) return null;
        throw cause;
      }
    },
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") built = new Uint8Array(contents);
    },
    listFiles: () => [],
  });
  const messages = stderr.toString();
  if (error !== null) {
    throw new Error(`Cannot compile wasm/assembly: ${error.message}\n${messages}`);
  }
  if (messages !== "") console.error(messages);
  if (built === undefined) throw new Error("The AssemblyScript compiler wrote nothing");
  return built;
}

function checkLayout(bytes: Uint8Array<ArrayBuffer>): void {
  const module = new WebAssembly.Module(bytes);
  const imports = WebAssembly.Module.imports(module);
  if (imports.length > 0) throw new Error("blit.wasm must import nothing");
  const { staticEnd } = new WebAssembly.Instance(module).exports;
  const end = typeof staticEnd === "function" ? Number(staticEnd()) : NaN;
  if (!(end <= STATIC_LIMIT)) {
    throw new Error(`Constants end at ${end}, past ${STATIC_LIMIT}: move the layout up`);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

const built = await compile();
checkLayout(built);
const output = new URL(OUTPUT, folder);
if (!Deno.args.includes("--check")) {
  Deno.writeFileSync(output, built);
  console.log(`wasm/${OUTPUT}: ${built.length} bytes`);
} else if (isSame(built, Deno.readFileSync(output))) {
  console.log(`wasm/${OUTPUT} is what wasm/assembly builds`);
} else {
  console.error(`wasm/${OUTPUT} differs from what wasm/assembly builds: run "deno task wasm"`);
  Deno.exit(1);
}
