/**
 * `deno run -A build/diagnostics_picture.ts`: writes the page of `blit diagnostics perf --html` for
 * a sample history and has Chromium draw it as docs/images/diagnostics.png.
 *
 * @module
 */
import { PROGRAMS, ROOT } from "./programs.ts";
import { sampleHistory } from "./sample_history.ts";

const OUTPUT = new URL("docs/images/diagnostics.png", ROOT);
const SIZE = "1100,1000";

async function run(program: string, args: string[], env: Record<string, string>): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, env }).output();
  if (!success) throw new Error(`${program} failed:\n${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) {
  const place = await Deno.makeTempDir();
  await Deno.mkdir(`${place}/blit`);
  const lines = sampleHistory().map((line) => `${line}\n`).join("");
  await Deno.writeTextFile(`${place}/blit/perf_local.jsonl`, lines);
  const page = Deno.args[0] ?? `${place}/page.html`;
  const main = PROGRAMS.find(({ name }) => name === "blit")?.main ?? "";
  await run(
    Deno.execPath(),
    [
      "run",
      "-A",
      new URL(main, ROOT).pathname,
      "diagnostics",
      "perf",
      "--limit",
      "12",
      "--html",
      page,
    ],
    { XDG_CONFIG_HOME: place, BLIT_DISABLE_LOCAL_TELEMETRY: "0" },
  );
  const picture = `--screenshot=${OUTPUT.pathname}`;
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", picture];
  await run("chromium", [...flags, `--window-size=${SIZE}`, `file://${page}`], {});
  await Deno.remove(place, { recursive: true });
}
