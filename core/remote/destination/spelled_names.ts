import { Kind } from "../../entry/kind.ts";
import { NameSet } from "../../entry/name_set.ts";
import { NameTable } from "../../entry/names.ts";
import { pathKey, splitPath } from "../../entry/path.ts";
import type { MoverContext } from "../../movers/context.ts";
import type { Name } from "../../sys/mod.ts";

/**
 * Whether destination directories are found by the names they are listed by. Where names fold, one
 * that could not be made is found all the same: it is another one.
 */
export class SpelledNames {
  /** The directory whose names were listed last: neighbours are asked for together. */
  #directory = "";
  #names = new NameSet();
  readonly #table = new NameTable();

  constructor(readonly context: MoverContext) {}

  /** Whether a directory is there that is listed by another name. */
  isOther(source: number, path: Name): boolean {
    const { sys } = this.context;
    const [, root] = this.context.roots(source);
    const found = sys.openBeneath(root, path);
    if (found < 0) return false; // whoever compares its batch tells of that
    sys.close(found);
    const [parent, name] = splitPath(path);
    const key = `${source} ${pathKey(parent)}`;
    if (this.#directory === key && this.#lists(name)) return false;
    // What has been made since is not among them.
    this.#list(source, parent);
    this.#directory = key;
    return !this.#lists(name);
  }

  #lists(name: Uint8Array): boolean {
    this.#table.clear();
    this.#table.add(name, Kind.Directory);
    return this.#names.has(this.#table, 0);
  }

  #list(source: number, directory: Name): void {
    const { sys } = this.context;
    const [, root] = this.context.roots(source);
    this.#names = new NameSet();
    const handle = sys.openBeneath(root, directory);
    if (handle < 0) return;
    while (sys.list(handle, this.#table) > 0) this.#names.add(this.#table);
    sys.close(handle);
  }
}
