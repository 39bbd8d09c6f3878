import type { RunRecord } from "../../core/history/mod.ts";
import { type KindPrediction, kindPredictions, readPredictions } from "../../core/predict/mod.ts";
import { count, duration } from "../output/numbers.ts";

/** The table's heading. */
export const PREDICTIONS: readonly string[] = [
  ...["KIND OF RUN", "LEARNT FROM", "NEXT RUN", "PLAN", "CONFIDENCE", "COMPARED", "OFF BY"],
];

/** What is expected of the next runs; nothing where nothing has been learnt. */
export function knownPredictions(runs: readonly RunRecord[]): readonly KindPrediction[] {
  const predictions = readPredictions();
  return predictions === undefined ? [] : kindPredictions(predictions, runs, Date.now());
}

/** The cells for people. */
export function predictionForPeople(prediction: KindPrediction): string[] {
  const { workload, runs, expectedMs, planMs, confidence, compared, error } = prediction;
  return [
    workload,
    count(runs),
    expectedMs === undefined ? "-" : duration(expectedMs),
    planMs === undefined ? "-" : duration(planMs),
    `${Math.round(confidence * 100)} %`,
    count(compared),
    error === undefined ? "-" : `${count(Math.round(error * 100))} %`,
  ];
}

/** The cells for programs. */
export function exactPrediction(prediction: KindPrediction): string[] {
  const { workload, runs, compared } = prediction;
  const { expectedMs, planMs, confidence, error } = rounded(prediction);
  const numbers = [runs, expectedMs, planMs, confidence, compared, error];
  return [workload, ...numbers.map((value) => value === undefined ? "-" : String(value))];
}

/** A line of JSON. */
export function predictionJson(prediction: KindPrediction): object {
  return { type: "prediction", ...rounded(prediction) };
}

function rounded(prediction: KindPrediction): KindPrediction {
  const { expectedMs, planMs, confidence, error } = prediction;
  const at = (steps: number, value: number | undefined): number | undefined =>
    value === undefined ? undefined : Math.round(value * steps) / steps;
  return {
    ...prediction,
    expectedMs: at(100, expectedMs),
    planMs: at(100, planMs),
    confidence: at(1000, confidence) ?? 0,
    error: at(1000, error),
  };
}
