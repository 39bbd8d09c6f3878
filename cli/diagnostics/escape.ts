import { cellText } from "../listing/table.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in a page, in content and in attributes: nothing of it is markup. */
export function html(text: string): string {
  return cellText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
