import { CONFLICTS, optionsFor, PROGRAMS } from "../table/mod.ts";
import type {
  OptionSpecification,
  ProgramSpecification,
  VerbSpecification,
} from "../table/specification.ts";
import { type Habit, habitOf } from "./habits.ts";
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
    if (this.#oneDash(text.slice(1))) return;
    for (let at = 1; at < text.length; at++) {
      const letter = text[at] ?? "";
      const option = this.#letter(letter, text.length > 2);
      if (option === undefined) this.#unknown(`-${letter}`, letter);
      else if (option.type === "flag") this.#give(option, "");
      else {
        this.#give(option, at + 1 < text.length ? this.#rest(at + 1) : this.#next(option));
        return;
      }
    }
  }

  /** Hands type `ls -lh` and `du -sh`: among other letters h rounds sizes, alone it asks for help. */
  #letter(letter: string, isAmongOthers: boolean): OptionSpecification | undefined {
    const human = letter === "h" && isAmongOthers && this.#find(({ name }) => name === "human");
    return human || this.#find((option) => option.short === letter);
  }

  #find(matches: (option: OptionSpecification) => boolean): OptionSpecification | undefined {
    return this.#options().find(matches);
  }

  /** The options that fit here. */
  #options(): readonly OptionSpecification[] {
    return optionsFor(this.#verb ?? { options: [...this.program.options ?? [], ...GLOBAL] });
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
    const verb = this.#verb;
    const homes = this.program.verbs.filter((candidate) =>
      optionsFor(candidate).some((option) => (isLetter ? option.short : option.name) === name)
    );
    if (verb === undefined) {
      const known = homes.length > 0 ||
        this.program.verbs.some((candidate) => habitOf(candidate, name));
      if (known) this.#fail(`The option ${written} stands before the verb. Write the verb first.`);
    }
    const habit = verb && (isLetter || name.length > 1) ? habitOf(verb, name) : undefined;
    if (habit) return this.#answer(written, habit);
    if (homes.length > 0) {
      const names = homes.map((home) => `"${this.program.name} ${home.name}"`).join(", ");
      this.#fail(`The option ${written} does not fit here; it belongs to ${names}.`);
    }
    const shown = this.#options().filter((option) => !option.hidden).map((option) => option.name);
    const suggestion = isLetter ? undefined : closest(name, shown);
    const question = suggestion ? ` Did you mean --${suggestion}?` : "";
    this.#fail(`Unknown option ${quoted(written)}.${question}`);
  }

  /** Whether it is a word of find(1), `-name` or `-maxdepth`, which is answered then. */
  #oneDash(word: string): boolean {
    const verb = this.#verb;
    if (verb?.own === undefined || word.length < 2) return false;
    if (word.length > 2 && this.#find((option) => option.name === word)) {
      this.#fail(`Long options have two dashes: write --${word} instead of -${word}.`);
    }
    const habit = habitOf(verb, word);
    if (habit) this.#answer(`-${word}`, habit);
    return habit !== undefined;
  }

  #answer(written: string, { says, refused }: Habit): void {
    const sentence = `${written}: ${says}`;
    if (refused) this.#fail(sentence);
    this.#notes.push(sentence);
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
    const isList = verb.options.includes("files-from");
    if (isList && invocation.has("null") && !invocation.has("files-from")) {
      this.#fail("The option --null says how the list of --files-from is separated; give one.");
    }
    const { usage, least, most = Infinity, wrong } = verb.operands;
    const count = this.#operands.length;
    if (count < least || count > most) {
      const noun = verb.operands.type === "endpoint" ? "path" : verb.operands.type;
      const given = count === 0
        ? `no ${noun} was`
        : count === 1
        ? `one ${noun} was`
        : `${count} ${noun}s were`;
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
  const home = PROGRAMS.find(({ verbs }) => verbs.some(({ name }) => name === text));
  if (home) {
    throw new UsageError(
      `Unknown verb "${text}". It belongs to another program: "${home.name} ${text}".`,
    );
  }
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
