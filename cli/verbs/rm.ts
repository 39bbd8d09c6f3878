import { removeChunks } from "../../core/admin/remove.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { LookingRun } from "../listing/run.ts";
import { RemovalPrinter } from "../removal/removal_printer.ts";
import { RemovalQuestion } from "../removal/removal_question.ts";
import { Interrupted, listenForInterrupts } from "../run/interrupt.ts";
import { stopReason } from "../run/stop_reason.ts";

/** `blit-utils rm ENDPOINT...` */
export async function run(invocation: Invocation): Promise<number> {
  const run = new LookingRun(invocation);
  const removal = new Removal(run);
  const interrupt = new AbortController();
  const release = listenForInterrupts(interrupt, () => {
    run.out.flush();
    Deno.exit(130);
  });
  try {
    const code = await removal.run(interrupt.signal);
    run.out.flush();
    return run.console.finish(code);
  } catch (error) {
    return removal.stop(error);
  } finally {
    release();
    run.out.flush();
    run.console.flush();
  }
}

/** One run of `rm`: it looks at everything first, asks, and then removes. */
class Removal {
  readonly #run: LookingRun;
  readonly #printer: RemovalPrinter;
  readonly #quiet: boolean;
  readonly #dryRun: boolean;

  constructor(run: LookingRun) {
    const { invocation } = run;
    this.#run = run;
    this.#quiet = invocation.has("quiet");
    this.#dryRun = invocation.has("dry-run");
    const each = invocation.has("verbose") || this.#dryRun;
    this.#printer = new RemovalPrinter(run, each && !this.#quiet);
  }

  async run(signal: AbortSignal): Promise<number> {
    const { invocation } = this.#run;
    if (!this.#dryRun && !invocation.has("yes")) {
      const question = new RemovalQuestion(invocation.operands);
      for await (const step of this.#steps(true, signal)) question.take(step);
      if (question.entries > 0) {
        const asks = Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
        const yes = asks && await question.ask(this.#run.console, signal);
        signal.throwIfAborted();
        if (!yes) return this.#leave(question, asks);
      }
    }
    for await (const step of this.#steps(this.#dryRun, signal)) this.#printer.take(step);
    return this.#finish();
  }

  #steps(dryRun: boolean, signal: AbortSignal): ReturnType<typeof removeChunks> {
    const { invocation } = this.#run;
    const recursive = invocation.has("recursive");
    return removeChunks(invocation.operands, { recursive, dryRun, signal });
  }

  /** Nobody has agreed. */
  #leave(question: RemovalQuestion, asked: boolean): number {
    if (asked) this.#run.console.tell("Nothing is removed.");
    else {
      this.#run.tell(
        `Nothing is removed: ${question.amount} would go, and without a terminal to ask at it ` +
          "takes --yes.",
      );
    }
    this.#summarize(2, question.entries);
    return 2;
  }

  #finish(): number {
    const { failures, amount } = this.#printer;
    const code = failures > 0 ? 2 : 0;
    if (!this.#quiet && !this.#run.json) {
      const stay = failures === 0 ? "" : `, ${failures} failed`;
      this.#run.out.flush();
      this.#run.console.tell(`${amount} ${this.#dryRun ? "would be " : ""}removed${stay}`);
    }
    this.#summarize(code, 0);
    return code;
  }

  #summarize(exitCode: number, left: number): void {
    if (!this.#run.json) return;
    const { entries, bytes, failures } = this.#printer;
    this.#run.printJson({
      type: "summary",
      dryRun: this.#dryRun,
      entries,
      bytes,
      failures,
      left,
      exitCode,
    });
  }

  /** It could not begin, or had to stop. */
  stop(error: unknown): number {
    const isForeseen = error instanceof TransferError || error instanceof Interrupted ||
      error instanceof Deno.errors.NotCapable;
    if (!isForeseen) throw error;
    const { entries, amount } = this.#printer;
    const reason = stopReason(error);
    const message = error instanceof Interrupted ? "Interrupted." : reason.message;
    const gone = entries === 0 ? "Nothing was removed." : `${amount} had been removed before.`;
    if (this.#run.json) this.#run.printJson({ type: "error", ...reason, message });
    this.#run.tell(this.#dryRun ? message : `${message} ${gone}`);
    return reason.exitCode;
  }
}
