/**
 * What runs are expected to take, by what earlier ones took: moving averages in a small file beside
 * the history, made of it and of what it must not hold, such as which server it was. It is read
 * where a decision is due, and written after a run by the command line. It imports the history and
 * the library's types; begin with `state.ts`. docs/prediction.md says what it is used for.
 *
 * @module
 */
export {
  type LinkDirection,
  type LinkRate,
  linkRate,
  linkRateIn,
  type ServerName,
} from "./link_rate.ts";
export { type JobName, jobName } from "./job_name.ts";
export { aloneMs } from "./experience.ts";
export { keyOf } from "./key.ts";
export { type KindPrediction, kindPredictions } from "./kinds.ts";
export { noPredictions, type Predictions } from "./state.ts";
export { predictionsFile, readPredictions } from "./store.ts";
