import { type Usage, usageChunks } from "../../core/admin/looking.ts";
import { pathBytes } from "../../core/endpoint/mod.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { whole } from "../listing/entry_json.ts";
import { lineForm, roundsSizes, wholeNumber } from "../listing/form.ts";
import type { LineForm } from "../listing/lines.ts";
import { shownName } from "../listing/name.ts";
import { canonicalPlace, type Place, writtenPlace } from "../listing/place.ts";
import { look, type LookingRun } from "../listing/run.ts";
import { humanSize } from "../listing/size.ts";

/** Sizes at a terminal stand at the right of so many columns. */
const WIDTH = 6;
const BIGGEST_EXACT = 15;

interface Sum {
  size: number;
  allocated: number;
  entries: number;
}

/** `blit-utils du [ENDPOINT]...` */
export function run(invocation: Invocation): Promise<number> {
  const maxDepth = invocation.has("summarize") ? 0 : wholeNumber(invocation, "max-depth");
  const options = {
    all: invocation.has("all"),
    ...(maxDepth !== undefined && { maxDepth }),
  };
  return look(invocation, async (run) => {
    const printer = new UsagePrinter(run);
    for (const endpoint of run.endpoints) {
      await run.attempt(async () => {
        run.turnTo(endpoint);
        await printer.begin(endpoint);
        for await (const usage of usageChunks(endpoint, options)) {
          if (usage.type === "failure") run.fail(usage);
          else printer.print(usage);
          const settled = run.out.settle();
          if (settled !== undefined) await settled;
          if (run.out.lost) return;
        }
      });
    }
    if (invocation.has("total")) printer.total();
  });
}

class UsagePrinter {
  readonly #form: LineForm;
  readonly #human: boolean;
  readonly #apparent: boolean;
  readonly #total: Sum = { size: 0, allocated: 0, entries: 0 };
  #endpoint: Argument = "";
  #place: Place = writtenPlace("");
  #canonical: Place | undefined;

  constructor(readonly run: LookingRun) {
    this.#form = lineForm(run);
    this.#human = roundsSizes(run);
    this.#apparent = run.invocation.has("apparent");
  }

  async begin(endpoint: Argument): Promise<void> {
    const { invocation } = this.run;
    this.#endpoint = endpoint;
    this.#canonical = invocation.has("canonical") ? await canonicalPlace(endpoint) : undefined;
    this.#place = this.#canonical ?? writtenPlace(endpoint);
  }

  print(usage: Usage): void {
    this.run.entries += usage.count;
    for (let row = 0; row < usage.count; row++) {
      const path = usage.paths.view(row);
      const sum = {
        size: usage.size[row] ?? 0,
        allocated: usage.allocated[row] ?? 0,
        entries: usage.entries[row] ?? 0,
      };
      if (path.length === 0) this.#add(sum);
      if (this.run.json) this.#json(path, sum);
      else this.#line(sum, path);
    }
  }

  total(): void {
    if (this.run.json) this.run.printJson({ type: "total", ...this.#total });
    else {
      this.#size(this.#total);
      this.run.out.text("total");
      this.run.out.byte(this.#form.end);
    }
  }

  #line(sum: Sum, path: Uint8Array): void {
    const { out } = this.run;
    this.#size(sum);
    const { self, prefix } = this.#place;
    if (this.#form.terminal) {
      out.text(path.length === 0 ? shownName(self) : shownName(prefix) + shownName(path));
    } else if (path.length === 0) out.add(self);
    else {
      out.add(prefix);
      out.add(path);
    }
    out.byte(this.#form.end);
  }

  #size({ size, allocated }: Sum): void {
    const bytes = this.#apparent ? size : allocated;
    const text = this.#human ? humanSize(bytes) : String(bytes);
    const width = this.#human ? WIDTH : BIGGEST_EXACT;
    this.run.out.text(this.#form.terminal ? `${text.padStart(width)}  ` : `${text}\t`);
  }

  #add(sum: Sum): void {
    this.#total.size += sum.size;
    this.#total.allocated += sum.allocated;
    this.#total.entries += sum.entries;
  }

  #json(path: Uint8Array, sum: Sum): void {
    const several = this.run.invocation.operands.length > 1;
    this.run.printJson({
      type: "usage",
      ...(several && { endpoint: pathBytes(this.#endpoint) }),
      path,
      ...(this.#canonical && { canonical: whole(this.#canonical, path) }),
      ...sum,
    });
  }
}
