import { displayPath } from "../../entry/display.ts";
import { TransferError } from "../../transfer/failure.ts";
import { type AnswerSink, LinkError, type Question } from "../grpc/mod.ts";
import type { Log, Module } from "../server.ts";
import { findModule } from "../session/find_module.ts";
import { readOnly } from "../session/read_only.ts";
import { SessionError } from "../session/session_error.ts";
import type { AnswerCrew } from "./answer_crew.ts";
import type { Answered } from "./answer_thread.ts";

/** What questions are called in the log: as the verbs. */
const WORDS = {
  list: "list",
  find: "find",
  diskUsage: "du",
  filesystemStats: "df",
  purge: "rm",
  completePath: "complete",
} as const;

/** What answering needs of the daemon. */
export interface AnswerMeans {
  readonly modules: readonly Module[];
  readonly crew: AnswerCrew;
  readonly log: Log;
}

/** Answers a client's question; rejects only for a defect, which is in the log then. */
export async function serveQuestion(
  question: Question,
  sink: AnswerSink,
  { modules, crew, log: daemonLog }: AnswerMeans,
): Promise<void> {
  const log = daemonLog.session(crypto.randomUUID().slice(0, 8));
  // A shell asks such things whenever somebody presses a key.
  const isSmall = question.$case === "completePath" || question.$case === "filesystemStats";
  const tell = (line: string): void => isSmall ? log.debug(line) : log.info(line);
  const amount: Answered = { entries: 0, failures: 0 };
  const started = performance.now();
  const amountWords = (): string => {
    const failed = amount.failures === 0 ? "" : `, ${counted(amount.failures, "failure")}`;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return `${counted(amount.entries, "entry")}${failed}, ${seconds} s`;
  };
  try {
    const module = findModule(modules, moduleOf(question));
    tell(`Begins: ${WORDS[question.$case]} ${placeWords(question, module)} for ${sink.peer}.`);
    if (question.$case === "purge" && module.readOnly) throw readOnly(module);
    await crew.answer(module, question, sink, amount);
    tell(`Ended: ${amountWords()}.`);
  } catch (error) {
    if (error instanceof LinkError) {
      tell(`Ended early (${amountWords()}): ${error.message}`);
      return;
    }
    if (error instanceof SessionError || error instanceof TransferError) {
      tell(`Refused or ended early (${amountWords()}): ${error.message}`);
      sink.abort({ code: error.code, message: error.message, exitCode: error.exitCode });
      return;
    }
    log.warning(`Ended early (${amountWords()}): a defect.`);
    throw error;
  }
}

function moduleOf(question: Question): string {
  if (question.$case === "purge") return question.value.module;
  return question.value.place?.module ?? "";
}

/** Names that a line of the log shows. */
const SHOWN = 5;

function placeWords(question: Question, module: Module): string {
  const paths = question.$case === "purge"
    ? question.value.paths
    : [question.value.place?.path ?? new Uint8Array()];
  const root = module.name === "" ? "//" : `/${module.name}/`;
  const shown = paths.slice(0, SHOWN).map((path) => `${root}${displayPath(path)}`).join(", ");
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : "";
  const how = question.$case === "purge" && question.value.dryRun ? " (dry run)" : "";
  return `${shown}${more}${how}`;
}

function counted(count: number, word: "entry" | "failure"): string {
  if (count === 1) return `1 ${word}`;
  return `${count} ${word === "entry" ? "entries" : "failures"}`;
}
