import { keptAttributes } from "../../deliver/attributes.ts";
import type { MoverContext } from "../../movers/context.ts";
import type { Attributes, AttributeSource, Comparison, Origin } from "../../scan/origin.ts";
import type { Place } from "../../scan/mod.ts";
import { Errno, type Name, type Result } from "../../sys/mod.ts";
import { type BatchColumns, HASH_BYTES } from "../batch/mod.ts";
import type { HashFile } from "../source/hash_file.ts";

/** What a decoded batch tells of its entries besides stat: good until the columns are filled again. */
export class BatchOrigin implements Origin {
  readonly #hash = new Uint8Array(HASH_BYTES);

  constructor(
    readonly context: MoverContext,
    readonly columns: BatchColumns,
    readonly hashFile: HashFile | undefined,
  ) {}

  linkTarget(index: number): Name | Result {
    return this.columns.linkTargets[index] ?? -Errno.EINVAL;
  }

  attributes(index: number): AttributeSource {
    const { columns, context } = this;
    const sent = index < 0 ? columns.directoryAttributes : columns.attributes[index];
    return keptAttributes(context, sent ?? []);
  }

  sameContent(context: MoverContext, place: Place, target: Name, index: number): Comparison {
    const side = "destination";
    const { hashes } = this.columns;
    if (hashes === undefined || this.hashFile === undefined) return { result: 0, side };
    const file = context.sys.openRead(place.destination, target);
    // A copy that cannot be read is as good as a different one.
    if (file < 0) return { result: file === -Errno.EACCES ? 0 : file, side };
    const result = this.hashFile(file, this.#hash, 0);
    context.sys.close(file);
    if (result < 0) return { result, side };
    const wanted = hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    return { result: this.#hash.every((byte, at) => byte === wanted[at]) ? 1 : 0, side };
  }
}

/** The attributes of one entry, kept after its batch is gone. */
export class KeptOrigin implements Origin {
  constructor(readonly directory: Attributes | undefined) {}

  linkTarget(): Result {
    return -Errno.EINVAL;
  }

  attributes(): AttributeSource {
    return this.directory ?? NONE;
  }

  sameContent(): Comparison {
    return { result: 0, side: "destination" };
  }
}

const NONE: Attributes = new Map();
