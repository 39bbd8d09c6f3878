import type { Basis } from "../batch/mod.ts";
import type { ToSourceMover } from "../mover/messages.ts";
import { ToldValues, type ValuesEar } from "./told_values.ts";

type ValuesMessage = Extract<ToSourceMover, { readonly type: "values" }>;

/** What the other end has told of the files that one mover sends, and is telling of the one on its way. */
export class ToldFiles {
  readonly #files = new Map<string, ToldValues>();
  /** The file that is on its way. */
  #current = "";

  /**
   * `hear` takes what has come, `wait` waits for something first and is false when the session is
   * over, `used` is told of bytes of values that are not needed any more.
   */
  constructor(
    readonly hear: () => void,
    readonly wait: () => boolean,
    readonly used: (bytes: number) => void,
  ) {}

  /** Notes what came with the wish for an entry. */
  begin(batch: number, basis: Basis): void {
    const told = ToldValues.of(basis);
    told.cost = basis.values.length;
    this.#files.set(keyOf(batch, basis.entry), told);
  }

  /**
   * Takes further values. Those of a file that is not sent any more are passed over.
   *
   * @throws {WireError} for values out of order
   */
  add({ number, entry, first, values, more, cost }: ValuesMessage): void {
    const key = keyOf(number, entry);
    let told = this.#files.get(key);
    if (told === undefined && key === this.#current) {
      this.#files.set(key, told = ToldValues.late(first));
    }
    if (told === undefined) {
      this.used(cost);
      return;
    }
    told.cost += cost;
    told.add(first, values, more);
  }

  /** An entry begins to be sent: where its values come in. */
  earOf(batch: number, entry: number): ValuesEar {
    const key = this.#current = keyOf(batch, entry);
    return {
      told: () => {
        this.hear();
        return this.#files.get(key);
      },
      wait: this.wait,
      done: () => this.end(batch, entry),
    };
  }

  /** An entry has been sent. */
  end(batch: number, entry: number): void {
    const key = keyOf(batch, entry);
    if (key === this.#current) this.#current = "";
    const told = this.#files.get(key);
    if (told === undefined) return;
    this.#files.delete(key);
    this.used(told.cost);
  }
}

function keyOf(batch: number, entry: number): string {
  return `${batch}/${entry}`;
}
