import type { ProgramSpecification } from "../table/specification.ts";
import { DAEMON_CONFIG_PAGE } from "./daemon_config.ts";
import { markdownOf } from "./markdown.ts";
import { programPage } from "./program_page.ts";
import { roffOf } from "./roff.ts";

/** The manual pages by file name, such as `blit.1`. */
export function manualPages(programs: readonly ProgramSpecification[]): Map<string, string> {
  const others = (name: string): string[] =>
    [
      ...programs.map((program) => `\`${program.name}\`(1)`),
      "`blit-daemon.toml`(5)",
    ].filter((title) => title !== `\`${name}\`(1)`);
  const pages = [
    ...programs.map((program) => programPage(program, others(program.name))),
    DAEMON_CONFIG_PAGE,
  ];
  return new Map(pages.map((page) => [`${page.name}.${page.chapter}`, roffOf(page)]));
}

/** The pages that docs/cli has besides those of programs and verbs. */
export function markdownPages(): Map<string, string> {
  return new Map([[`${DAEMON_CONFIG_PAGE.name}.md`, markdownOf(DAEMON_CONFIG_PAGE)]]);
}
