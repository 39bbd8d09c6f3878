/**
 * `deno run -A build/picture.ts`: runs blit at a terminal on a real tree and draws what it said as
 * docs/images/blit.svg, so that the picture in the README is never out of date by hand.
 *
 * @module
 */
import { ROOT } from "./programs.ts";

const WIDTH = 1000;
const OUTPUT = new URL("docs/images/blit.svg", ROOT);
const BLIT = [
  Deno.execPath(),
  ..."run --no-config --allow-read --allow-write --allow-ffi --allow-env --allow-sys".split(" "),
  new URL("dist/blit.js", ROOT).pathname,
].join(" ");

/** Command lines of the session: what is shown, and what happens before it unseen. */
const SESSION: readonly { readonly unseen?: string; readonly shown: string }[] = [
  { shown: "blit copy linux/ /backup/linux" },
  {
    unseen: "cd linux; rm -r samples; echo >> README; cd ..",
    shown: "blit mirror -n linux/ /backup/linux | tail -4",
  },
  { shown: "blit mirror -y linux/ /backup/linux" },
  { shown: "blit hash linux/README linux/MAINTAINERS" },
];

const ESCAPE = String.fromCharCode(27);
/** A carriage return or an erased line: what stood before is not there to be seen. */
const ERASED = new RegExp(`\\r|${ESCAPE}\\[\\d?[JK]`);
const STYLE = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]`, "g");

async function record(tree: string): Promise<string[]> {
  // In memory, where no other work of the disk shows in the picture.
  const place = await Deno.makeTempDir({ dir: "/dev/shm" });
  const run = async (command: string): Promise<string> => {
    const line = command.replaceAll("/backup/", `${place}/backup/`).replaceAll(
      /\bblit /g,
      `${BLIT} `,
    );
    const { stdout } = await new Deno.Command("script", {
      args: ["-qec", `stty cols 96; cd '${place}'; ${line}`, "/dev/null"],
      stdin: "null",
      stderr: "inherit",
    }).output();
    return new TextDecoder().decode(stdout).replaceAll(place, "");
  };
  await run(`cp -a '${tree}' linux`);
  const lines: string[] = [];
  for (const { unseen, shown } of SESSION) {
    if (unseen !== undefined) await run(unseen);
    lines.push(`$ ${shown}`);
    const said = (await run(shown)).split("\n");
    // What a carriage return or an erased line has overwritten is not there to be seen.
    for (const line of said) {
      const left = line.replace(/\r$/, "").split(ERASED).pop() ?? "";
      const text = left.replaceAll(STYLE, "");
      if (text !== "") lines.push(text);
    }
    lines.push("");
  }
  await Deno.remove(place, { recursive: true });
  return lines.slice(0, -1);
}

function draw(lines: readonly string[]): string {
  const height = 20;
  const escape = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const rows = lines.map((line, at) => {
    const y = 52 + at * height;
    const colour = line.startsWith("$ ") ? "#7ee787" : "#e6edf3";
    return `  <text x="20" y="${y}" fill="${colour}" xml:space="preserve">${escape(line)}</text>`;
  });
  const total = 52 + lines.length * height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" height="${total}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">`,
    "  <title>blit copies, mirrors and hashes a Linux source tree</title>",
    `  <rect width="${WIDTH}" height="${total}" rx="8" fill="#0d1117"/>`,
    ...["#ff5f57", "#febc2e", "#28c840"].map((fill, at) =>
      `  <circle cx="${20 + at * 18}" cy="18" r="6" fill="${fill}"/>`
    ),
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

if (import.meta.main) {
  const [tree] = Deno.args;
  if (tree === undefined) {
    console.error("usage: deno run -A build/picture.ts LINUX_SOURCE_TREE");
    Deno.exit(64);
  }
  await Deno.writeTextFile(OUTPUT, draw(await record(tree)));
}
