/**
 * `deno run -RWE --allow-run build/protocol_page.ts [--check]`: writes docs/protocol/messages.md
 * from proto/blit.proto, or says whether it is what would be written.
 *
 * @module
 */
import { ROOT } from "./programs.ts";

const PROTO = new URL("proto/blit.proto", ROOT);
const PAGE = new URL("docs/protocol/messages.md", ROOT);

const OPENING = `<!-- Made from proto/blit.proto by build/protocol_page.ts; edit that instead. -->

# Messages

Every message and field of the control plane; [the first page](README.md) tells when they are sent.
The form is that of Protocol Buffers, version 3.`;

/** One line of a .proto that declares something, with the comment above it. */
interface Declaration {
  readonly comment: string;
  readonly code: string;
}

/** The page of a .proto, formatted. */
export async function protocolPage(proto: string): Promise<string> {
  const parts = [OPENING];
  let isTable = false;
  for (const { comment, code } of declarations(proto)) {
    const [, kind, name = ""] = code.match(/^(service|message|enum) (\w+)/) ?? [];
    if (kind !== undefined) {
      const what = kind === "message" ? "" : ` (${kind})`;
      parts.push(`\n## ${name}${what}\n\n${comment}\n`);
      isTable = false;
      continue;
    }
    const row = rowOf(code);
    if (row === undefined) continue;
    if (!isTable) parts.push("| no | name | type | what |\n| -: | --- | --- | --- |");
    isTable = true;
    parts.push(`| ${row.join(" | ")} | ${comment.replaceAll("|", "\\|")} |`);
  }
  return await formatted(`${parts.join("\n")}\n`);
}

/** The declarations in order, comments as one line of text. */
function* declarations(proto: string): Generator<Declaration> {
  let comment: string[] = [];
  for (const line of proto.split("\n").map((text) => text.trim())) {
    if (line.startsWith("//")) comment.push(line.replace(/^\/\/ ?/, ""));
    else {
      if (line !== "") yield { comment: comment.join(" "), code: line };
      comment = [];
    }
  }
}

/** Number, name and type of a field, a call, a value, a reservation. */
function rowOf(code: string): readonly string[] | undefined {
  const [, modifier = "", type, field, number] =
    code.match(/^(repeated |optional )?([\w.]+) (\w+) = (\d+);$/) ?? [];
  if (field !== undefined) return [number ?? "", `\`${field}\``, `${modifier}${type}`];
  const [, value, of] = code.match(/^(\w+) = (\d+);$/) ?? [];
  if (value !== undefined) return [of ?? "", `\`${value}\``, ""];
  const [, call, asks, answers] = code.match(/^rpc (\w+)\((.+)\) returns \((.+)\);$/) ?? [];
  if (call !== undefined) return ["", `\`${call}\``, `${asks}, returns ${answers}`];
  const [, reserved] = code.match(/^reserved (\d.*);$/) ?? [];
  return reserved === undefined ? undefined : [reserved, "", "reserved"];
}

/** As `deno fmt` would have it. */
async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--ext=md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot format the page.");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const page = await protocolPage(await Deno.readTextFile(PROTO));
  if (!Deno.args.includes("--check")) await Deno.writeTextFile(PAGE, page);
  else if (page !== await Deno.readTextFile(PAGE).catch(() => "")) {
    console.error(
      'docs/protocol/messages.md is not what proto/blit.proto gives: run "deno task generate".',
    );
    Deno.exit(1);
  }
}
