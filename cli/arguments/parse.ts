import { CONFLICTS, OPTIONS } from "../table/mod.ts";
import type {
  OptionSpecification,
  ProgramSpecification,
  VerbSpecification,
} from "../table/specification.ts";
import { HABITS } from "./habits.ts";
import { type Argument, type GivenOption, Invocation } from "./invocation.ts";
import { closest } from "./suggest.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Reads a command line by the table. `bytes` holds the arguments as the system passed them, for
 * those that are not UTF-8; see `raw.ts`.
 *
 * @throws {UsageError} for what is unknown, contradictory or missing
 */
export function parse(
  program: ProgramSpecification,
  texts: readonly string[],
  bytes?: readonly Argument[],
): Invocation {
  return new Parser(program, texts, bytes ?? texts).parse();
}

const GLOBAL = ["help", "version"];

class Parser {
  readonly #given: GivenOption[] = [];
  readonly #operands: Argument[] = [];
  readonly #notes: string[] = [];
  #verb: VerbSpecification | undefined;
  #at = 0;

  constructor(
    readonly program: ProgramSpecification,
    readonly texts: readonly string[],
    readonly exact: readonly Argument[],
  ) {}

  parse(): Invocation {
    let optionsEnded = false;
    for (; this.#at < this.texts.length; this.#at++) {
      const text = this.texts[this.#at] ?? "";
      if (optionsEnded || text === "-" || !text.startsWith("-")) this.#operand(text);
      else if (text === "--") optionsEnded = true;
      else if (text.startsWith("--")) this.#long(text);
      else this.#shorts(text);
    }
    const invocation = new Invocation(
      this.program,
      this.#verb,
      this.#given,
      this.#operands,
      this.#notes,
    );
    if (!GLOBAL.some((name) => invocation.has(name))) this.#check(invocation);
    return invocation;
  }

  #operand(text: string): void {
    if (this.#verb === undefined) {
      if (this.program.verbs.length === 0) {
        this.#fail(
          `${this.program.name} takes no paths and no verbs, but ${quoted(text)} was given.`,
        );
      }
      this.#verb = findVerb(this.program, text);
      return;
    }
    if (text === "") this.#fail('An empty path ("") was given. Is a variable unset?');
    this.#operands.push(this.exact[this.#at] ?? text);
  }

  #long(text: string): void {
    const equals = text.indexOf("=");
    const name = text.slice(2, equals < 0 ? undefined : equals);
    const option = this.#find((candidate) => candidate.name === name);
    if (option === undefined) return this.#unknown(`--${name}`, name);
    if (option.type !== "flag") {
      this.#give(option, equals < 0 ? this.#next(option) : this.#rest(equals + 1));
    } else if (equals < 0) this.#give(option, "");
    else {this.#fail(
        `The option --${name} takes no value; write it without "${text.slice(equals)}".`,
      );}
  }

  #shorts(text: string): void {
    for (let at = 1; at < text.length; at++) {
      const letter = text[at] ?? "";
      const option = this.#find((candidate) => candidate.short === letter);
      if (option === undefined) this.#unknown(`-${letter}`, letter);
      else if (option.type === "flag") this.#give(option, "");
      else {
        this.#give(option, at + 1 < text.length ? this.#rest(at + 1) : this.#next(option));
        return;
      }
    }
  }

  #find(matches: (option: OptionSpecification) => boolean): OptionSpecification | undefined {
    const names = this.#names();
    return OPTIONS.find((option) => matches(option) && names.includes(option.name));
  }

  /** The options that fit here. */
  #names(): readonly string[] {
    return this.#verb?.options ?? [...this.program.options ?? [], ...GLOBAL];
  }

  #give(option: OptionSpecification, value: Argument): void {
    if (option.type !== "flag" && value.length === 0) {
      this.#fail(`The option --${option.name} needs a value: --${option.name} ${option.value}.`);
    }
    this.#given.push({ option, value });
  }

  /** The part of the current argument from `offset`; what stands before it is ASCII. */
  #rest(offset: number): Argument {
    const exact = this.exact[this.#at] ?? "";
    return typeof exact === "string" ? exact.slice(offset) : exact.slice(offset);
  }

  #next(option: OptionSpecification): Argument {
    const text = this.texts[this.#at + 1];
    if (text === undefined) return "";
    // A forgotten value would otherwise swallow the option after it.
    const swallowed = text === "--" ||
      (text.startsWith("-") &&
        this.#find((candidate) =>
          text === `--${candidate.name}` || text === `-${candidate.short}`
        ));
    if (swallowed) {
      this.#fail(
        `The option --${option.name} needs a value, but "${text}" follows. ` +
          `If that is the value, write --${option.name}=${text}.`,
      );
    }
    this.#at++;
    return this.exact[this.#at] ?? text;
  }

  #unknown(written: string, name: string): void {
    const isLetter = !written.startsWith("--");
    const habit = isLetter || name.length > 1
      ? HABITS.find((candidate) => candidate.names.includes(name))
      : undefined;
    const elsewhere = OPTIONS.find((option) =>
      (isLetter ? option.short : option.name) === name &&
      this.program.verbs.some((verb) => verb.options.includes(option.name))
    );
    if (this.program.verbs.length > 0 && this.#verb === undefined && (habit || elsewhere)) {
      this.#fail(`The option ${written} stands before the verb. Write the verb first.`);
    }
    if (elsewhere) {
      const verbs = this.program.verbs.filter((verb) => verb.options.includes(elsewhere.name));
      const homes = verbs.map((verb) => `"${this.program.name} ${verb.name}"`).join(", ");
      this.#fail(`The option ${written} does not fit here; it belongs to ${homes}.`);
    }
    if (habit && this.#verb?.options.includes("dry-run")) {
      const sentence = `${written}: ${habit.says}`;
      if (habit.refused) this.#fail(sentence);
      this.#notes.push(sentence);
      return;
    }
    const shown = OPTIONS.filter((option) => !option.hidden).map((option) => option.name);
    const names = this.#names().filter((own) => shown.includes(own));
    const suggestion = isLetter ? undefined : closest(name, names);
    const question = suggestion ? ` Did you mean --${suggestion}?` : "";
    this.#fail(`Unknown option ${quoted(written)}.${question}`);
  }

  #check(invocation: Invocation): void {
    const verb = this.#verb;
    if (verb === undefined) {
      if (this.program.verbs.length > 0) throw new UsageError("Say what to do: give a verb.");
      return;
    }
    for (const { first, second, because } of CONFLICTS) {
      if (invocation.has(first) && invocation.has(second)) {
        this.#fail(`The options --${first} and --${second} contradict each other: ${because}.`);
      }
    }
    if (invocation.has("null") && !invocation.has("files-from")) {
      this.#fail("The option --null says how the list of --files-from is separated; give one.");
    }
    const { usage, least, most = Infinity, wrong } = verb.operands;
    const count = this.#operands.length;
    if (count < least || count > most) {
      const given = count === 0
        ? "no path was"
        : count === 1
        ? "one path was"
        : `${count} paths were`;
      const written = `${this.program.name} ${verb.name} ${usage}`.trim();
      this.#fail(`${wrong} The form is "${written}", and ${given} given.`);
    }
  }

  #fail(message: string): never {
    throw new UsageError(message, this.#verb?.name);
  }
}

function findVerb(program: ProgramSpecification, text: string): VerbSpecification {
  const verb = program.verbs.find((candidate) => candidate.name === text);
  if (verb) return verb;
  const habit = program.verbs.find((candidate) => candidate.habits?.includes(text));
  const suggestion = habit?.name ?? closest(text, program.verbs.map(({ name }) => name));
  const question = suggestion
    ? `Did you mean "${program.name} ${suggestion}"?`
    : `The verbs are ${program.verbs.map(({ name }) => name).join(", ")}.`;
  throw new UsageError(`Unknown verb ${quoted(text)}. ${question}`);
}

/** In quotes, with control characters escaped. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
