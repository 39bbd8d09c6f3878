import { WireError } from "./wire_error.ts";

/** Bytes that one value of a basis stands for; the file's last block may be shorter. */
export const BASIS_BLOCK_BYTES: number = 1 << 20;
/** Bytes of one value. */
export const VALUE_BYTES = 32;
/** Values of one basis at most: those of the first 64 GiB of a file. */
export const BASIS_BLOCKS_MAX = 65_536;
/** Bytes that tell the state of a source's file. */
export const FILE_STATE_BYTES = 24;

/** What the destination has of a file that it wants; the messages' reference says it in full. */
export interface Basis {
  /** Number of the entry in its batch. */
  readonly entry: number;
  /** Bytes from the beginning that are the source's, if its file is still in `state`. */
  readonly proven: number;
  readonly state: Uint8Array;
  /** Values of the blocks, one behind the other; all 0 for one that is not there. */
  readonly values: Uint8Array;
  /** Those of further blocks follow. */
  readonly more: boolean;
}

/** Values of blocks from `first` on, of an entry that has been asked for. */
export interface BlockValues {
  readonly entry: number;
  readonly first: number;
  readonly values: Uint8Array;
  readonly more: boolean;
}

/**
 * A copy of a basis that came over the wire, for a batch of so many entries.
 *
 * @throws {WireError} for what no destination sends
 */
export function checkedBasis(basis: Basis, entries: number): Basis {
  const { entry, proven, state, values, more } = basis;
  const isSound = entry < entries && Number.isSafeInteger(proven) && proven >= 0 &&
    state.length === (proven > 0 ? FILE_STATE_BYTES : 0) && values.length % VALUE_BYTES === 0 &&
    values.length <= BASIS_BLOCKS_MAX * VALUE_BYTES;
  if (!isSound) throw new WireError("basis", "The other end tells what it cannot have of a file.");
  // Not slice(): of a message it would share the memory.
  return { entry, proven, state: new Uint8Array(state), values: new Uint8Array(values), more };
}

/**
 * A copy of the values that came over the wire, for a batch of so many entries, if it is known.
 *
 * @throws {WireError} for what no destination sends
 */
export function checkedValues(
  { entry, first, values, more }: BlockValues,
  entries: number = Infinity,
): Uint8Array<ArrayBuffer> {
  const end = first + values.length / VALUE_BYTES;
  // Nothing with nothing behind it may be the end of what came before.
  const isSound = entry < entries && values.length % VALUE_BYTES === 0 &&
    end <= BASIS_BLOCKS_MAX && (values.length > 0 || !more);
  if (!isSound) throw new WireError("basis", "The other end tells what it cannot have of a file.");
  return new Uint8Array(values);
}
