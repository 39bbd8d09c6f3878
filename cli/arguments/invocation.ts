import type {
  OptionSpecification,
  ProgramSpecification,
  VerbSpecification,
} from "../table/specification.ts";

/** One argument or value: text, or bytes where it is not UTF-8. */
export type Argument = string | Uint8Array<ArrayBuffer>;

/** One option as it was given. */
export interface GivenOption {
  readonly option: OptionSpecification;
  /** The value; empty for flags. */
  readonly value: Argument;
}

/** A command line that was understood. */
export class Invocation {
  constructor(
    readonly program: ProgramSpecification,
    /** The verb, absent when only `--help` or `--version` was asked for. */
    readonly verb: VerbSpecification | undefined,
    /** Options in the order they were given. */
    readonly given: readonly GivenOption[],
    readonly operands: readonly Argument[],
    /** Sentences about options that were not needed. */
    readonly notes: readonly string[],
  ) {}

  /** Whether the option was given. */
  has(name: string): boolean {
    return this.given.some((given) => given.option.name === name);
  }

  /** The option's last value, or undefined. */
  value(name: string): Argument | undefined {
    return this.given.findLast((given) => given.option.name === name)?.value;
  }
}
