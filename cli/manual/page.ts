/**
 * Manual pages: a page as data, made from the table of verbs and from what is said here of the
 * configuration, and its two forms, roff for man(1) and Markdown for docs/cli. Only
 * cli/generate.ts loads this. Begin with `pages.ts`.
 *
 * @module
 */

/**
 * One piece of a section. Texts are prose in which `` `code` `` and options such as --yes are set
 * in bold; a term's and a usage line's words in capitals stand for what the user puts there.
 */
export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "usage"; readonly lines: readonly string[] }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | { readonly kind: "terms"; readonly items: readonly Term[] };

/** Something with an explanation: an option, a key, an exit code. */
export interface Term {
  /** As it is typed. */
  readonly term: string;
  readonly text: string;
}

/** A chapter of a page. */
export interface Section {
  /** As in Markdown: `Exit codes`. */
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** One page. */
export interface ManualPage {
  /** What `man NAME` asks for. */
  readonly name: string;
  /** 1 for programs, 5 for files. */
  readonly chapter: 1 | 5;
  /** Half a sentence for apropos(1). */
  readonly summary: string;
  readonly sections: readonly Section[];
}

/** A paragraph for each text. */
export function paragraphs(texts: readonly string[]): Block[] {
  return texts.map((text) => ({ kind: "paragraph", text }));
}

/** A list of terms, or nothing where there are none. */
export function terms(items: readonly Term[]): Block[] {
  return items.length === 0 ? [] : [{ kind: "terms", items }];
}

/** A sentence's beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
