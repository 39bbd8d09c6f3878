import { mayBeRemote } from "../../core/endpoint/mod.ts";
import type { ListingFailure } from "../../core/listing/types.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { ByteOutput } from "../output/byte_output.ts";
import { mayColour, red } from "../output/colour.ts";
import { Console } from "../output/console.ts";
import { jsonLine } from "../output/json.ts";
import type { Stop } from "../output/reporter.ts";
import { stopReason } from "../run/stop_reason.ts";

/**
 * One run of a verb that looks: where its results and complaints go, and how it ends. A part that
 * fails is told and the rest goes on; docs/cli/looking.schema.json says what `--json` prints.
 */
export class LookingRun {
  readonly console = new Console();
  readonly out: ByteOutput = new ByteOutput(this.console);
  /** Whether results are JSON, one object a line. */
  readonly json: boolean;
  /** Whether results go to a terminal. */
  readonly terminal: boolean;
  /** Results printed. */
  entries = 0;
  /** Headings printed. */
  sections = 0;
  readonly #prefix: string;
  #failures = 0;
  #stops: Stop[] = [];
  #arrived = 0;

  constructor(readonly invocation: Invocation) {
    this.json = invocation.has("json");
    this.terminal = this.console.output.isTerminal();
    const name = `${invocation.program.name}:`;
    this.#prefix = mayColour(this.console.people) ? red(name) : name;
    for (const note of invocation.notes) this.tell(note);
  }

  /** What was named; the working directory where nothing was. */
  get endpoints(): readonly Argument[] {
    const { operands } = this.invocation;
    return operands.length > 0 ? operands : ["."];
  }

  /** A sentence for people, after the results that came before it. */
  tell(sentence: string): void {
    this.out.flush();
    this.console.tell(`${this.#prefix} ${sentence}`);
  }

  /** To be called with every endpoint before it is looked at. */
  turnTo(endpoint: Argument): void {
    this.out.waits = mayBeRemote(endpoint);
  }

  /** An object of JSON. */
  printJson(value: object): void {
    this.out.text(jsonLine(value) + "\n");
  }

  /** One entry could not be looked at. */
  fail(failure: ListingFailure): void {
    this.#failures++;
    if (this.json) this.printJson(failure);
    this.tell(failure.message);
  }

  /** Does what is asked for one operand; what stops it is told and does not stop the others. */
  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.out.lost) return;
    try {
      await work();
      this.#arrived++;
    } catch (error) {
      const isForeseen = error instanceof TransferError ||
        error instanceof Deno.errors.NotCapable;
      if (!isForeseen) throw error;
      const stop = stopReason(error);
      this.#stops.push(stop);
      if (this.json) this.printJson({ type: "error", ...stop });
      this.tell(stop.message);
    }
  }

  /** Ends it, and gives the exit code. */
  finish(): number {
    const code = this.#exitCode();
    if (this.json && this.#stops.length === 0) {
      const { entries } = this;
      this.printJson({ type: "summary", entries, failures: this.#failures, exitCode: code });
    }
    this.out.flush();
    this.console.flush();
    // Nobody reads on: what was found was all there was to do.
    return this.out.lost ? 1 : code;
  }

  #exitCode(): number {
    const [first] = this.#stops;
    if (first !== undefined && this.#arrived === 0) return first.exitCode;
    return first !== undefined || this.#failures > 0 ? 2 : 0;
  }
}

/** Runs a verb that looks: its work for every operand, then its end. */
export async function look(
  invocation: Invocation,
  work: (run: LookingRun) => Promise<void>,
): Promise<number> {
  const run = new LookingRun(invocation);
  try {
    await work(run);
    return run.finish();
  } finally {
    run.out.flush();
  }
}
