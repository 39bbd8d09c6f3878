/**
 * Planning: what each entry needs at the destination. Pure functions over columns; the
 * destination's side owns the difference. Imports entry. Begin with `compare.ts`.
 *
 * @module
 */
export {
  compareEntry,
  type CompareRules,
  Difference,
  isSameFile,
  metadataDifference,
} from "./compare.ts";
export { deltaPays } from "./delta.ts";
export { Need } from "./need.ts";
export { sameTime } from "./times.ts";
