/**
 * What the tests of removal share: a removal run to its end, with what it told.
 *
 * @module
 */
import { openSys, type Sys } from "../../core/sys/mod.ts";
import type { ListingFailure } from "../../core/listing/types.ts";
import { localRemovable, openRemoval } from "../../core/removal/mod.ts";
import type { Backend } from "../support/mod.ts";

/** What a removal told. */
export interface Told {
  /** Paths in their order, one character a byte, with the kind and the size. */
  readonly removed: string[];
  readonly failures: ListingFailure[];
}

/** How a removal is run. */
export interface Rules {
  readonly recursive?: boolean;
  readonly dryRun?: boolean;
  /** Called after each step with how many there were. */
  readonly between?: (steps: number) => void;
}

/** Removes a local path, as the engine does it beneath the command line. */
export async function removeWith(
  backend: Backend,
  path: string | Uint8Array,
  { recursive = true, dryRun = false, between = () => {} }: Rules = {},
): Promise<Told> {
  const { sys } = await openSys(backend.name);
  try {
    return drain(sys, path, { recursive, dryRun }, between);
  } finally {
    sys.end();
  }
}

function drain(
  sys: Sys,
  path: string | Uint8Array,
  rules: { recursive: boolean; dryRun: boolean },
  between: (steps: number) => void,
): Told {
  const told: Told = { removed: [], failures: [] };
  const work = openRemoval(sys, localRemovable(path), rules);
  try {
    for (let steps = 1;; steps++) {
      const step = work.next();
      if (step === undefined) return told;
      if (step.type === "failure") told.failures.push(step);
      else {
        for (let row = 0; row < step.count; row++) {
          const { path, kind, size } = step.entry(row, 0);
          told.removed.push(`${String.fromCharCode(...path)} ${kind} ${size}`);
        }
      }
      between(steps);
    }
  } finally {
    work.close();
  }
}
