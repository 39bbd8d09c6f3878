/**
 * Directory batches and need-lists as bytes: what the control stream of a remote transfer carries.
 *
 * A codec and nothing else: no I/O, no state. A batch goes from columns to bytes
 * ({@linkcode encodeBatch}) and back ({@linkcode decodeBatch}); the answer to it, which entries are
 * needed, is ranges of entry numbers ({@linkcode encodeRanges}). Decoders take nothing on trust:
 * they give well-formed entries or throw a {@linkcode WireError}. Every byte is described in
 * docs/protocol/batches.md. Imports core/entry only. Begin with `columns.ts`, then `encode.ts`.
 *
 * @module
 */
export {
  type Basis,
  BASIS_BLOCK_BYTES,
  BASIS_BLOCKS_MAX,
  type BlockValues,
  checkedBasis,
  checkedValues,
  FILE_STATE_BYTES,
  VALUE_BYTES,
} from "./basis.ts";
export {
  type Attributes,
  type BatchColumns,
  comesUnasked,
  EntryState,
  newColumns,
} from "./columns.ts";
export { decodeBatch } from "./decode.ts";
export { encodeBatch } from "./encode.ts";
export { attributesFit, batchFits } from "./fit.ts";
export { BatchFlag, type BatchHead, type BatchSummary, peekBatch } from "./head.ts";
export {
  ATTRIBUTE_BYTES,
  ATTRIBUTES_BYTES,
  BATCH_BYTES,
  HASH_BYTES,
  NAME_BYTES,
  PATH_BYTES,
  SIZE_MAX,
  TARGET_BYTES,
} from "./limits.ts";
export { decodeRanges, encodeRanges } from "./ranges.ts";
export { WireError } from "./wire_error.ts";
