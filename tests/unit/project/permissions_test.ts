import assert from "node:assert/strict";
import { PROGRAMS, ROOT } from "../../../build/programs.ts";
import { command } from "../../support/mod.ts";

/** Variables of the environment that stand as text in a program's own folder, or in core. */
async function variablesIn(...folders: readonly string[]): Promise<Set<string>> {
  const pattern = String
    .raw`"((BLIT|XDG)_[A-Z_]+|HOME|LOCALAPPDATA|STATE_DIRECTORY|TERM|NO_COLOR)"`;
  const args = ["-rhoE", pattern, ...folders, "--include=*.ts"];
  const { code, stdout, stderr } = await command("grep", args, { cwd: ROOT.pathname });
  assert.equal(code, 0, stderr);
  return new Set(stdout.trim().split("\n").map((name) => name.slice(1, -1)));
}

const FOLDERS: Readonly<Record<string, string>> = {
  blit: "cli",
  "blit-daemon": "daemon",
  "blit-utils": "utils",
};

/** What only clients read, though it stands in core. */
const OF_CLIENTS = ["BLIT_FORCE_GRPC_DATA"];

for (const { name, permissions } of PROGRAMS) {
  Deno.test(`${name} may read every variable that it looks at`, async () => {
    const granted = permissions.find((word) => word.startsWith("--allow-env="));
    const allowed = new Set(granted?.slice("--allow-env=".length).split(","));
    if (name === "blit-daemon") { for (const variable of OF_CLIENTS) allowed.add(variable); }
    const asked = await variablesIn("core", FOLDERS[name] ?? "");
    assert.ok(asked.size > 5);
    assert.deepEqual([...asked].filter((variable) => !allowed.has(variable)), []);
  });
}
