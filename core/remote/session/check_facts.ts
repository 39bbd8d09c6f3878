import { shown } from "../../endpoint/given.ts";
import type { SourceFact } from "../../endpoint/source.ts";
import { joinPath } from "../../entry/path.ts";
import type { Name } from "../../sys/mod.ts";
import { SessionError } from "./session_error.ts";

/** Batches number their source with 16 bits. */
export const MAX_SOURCES = 65_536;
/** The longest name of all file systems in use (NAME_MAX, limits.h). */
const NAME_BYTES = 255;
/** Room for a path (PATH_MAX) in which every byte is escaped, and the server's name. */
const TEXT_LENGTH = 20_000;

const SLASH = 47;
const DOT = 46;
const EMPTY: Name = new Uint8Array(1);

/** A source as the other end tells of it, before it is checked. */
export interface GivenFact {
  readonly name: Uint8Array;
  readonly content: boolean;
  readonly isDirectory: boolean;
  readonly text: string;
}

/**
 * What the other end says of its sources, checked: their names are to be names here. Names come
 * with a NUL behind them, texts safe for a terminal.
 *
 * @throws {SessionError} `sources` for what no end of this version says
 */
export function checkFacts(facts: readonly GivenFact[]): SourceFact[] {
  if (facts.length === 0 || facts.length > MAX_SOURCES) {
    throw new SessionError(
      "sources",
      `${facts.length} sources are none, or more than are possible.`,
    );
  }
  return facts.map(checkFact);
}

function checkFact({ name, content, isDirectory, text }: GivenFact): SourceFact {
  const safe = safeText(text.slice(0, TEXT_LENGTH));
  if (!content && !isName(name)) {
    throw new SessionError(
      "sources",
      `The source "${safe}" was sent with the name "${shown(name)}", which is none.`,
    );
  }
  if (content && !isDirectory) {
    throw new SessionError("sources", `The source "${safe}" has content and is no directory.`);
  }
  return { name: content ? EMPTY : joinPath(name, EMPTY), content, isDirectory, text: safe };
}

function isName(name: Uint8Array): boolean {
  const isDots = name.length <= 2 && name.every((byte) => byte === DOT);
  return !isDots && name.length <= NAME_BYTES && !name.includes(0) && !name.includes(SLASH);
}

/** Escaped like what was read here, but for backslashes: the other end has escaped those. */
function safeText(text: string): string {
  return text.split("\\").map(shown).join("\\");
}
