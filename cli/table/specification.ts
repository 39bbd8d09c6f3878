/** What kind of value an option takes: decides how it is checked and how a shell completes it. */
export type ValueType =
  | "flag"
  | "pattern"
  | "file"
  | "directory"
  | "size"
  | "age"
  | "count"
  | "address"
  | "port"
  | "seconds"
  | "regex"
  | "choice"
  | "choices"
  | "path"
  | "endpoint"
  | "host"
  | "shell"
  | "verb"
  | "text";

/** The heading an option stands under in help and manual. */
export type OptionGroup =
  | "General"
  | "Output"
  | "Comparing"
  | "Choosing"
  | "Metadata"
  | "Deleting"
  | "Network"
  | "Serving";

/** One option. */
export interface OptionSpecification {
  /** The long name without dashes. */
  readonly name: string;
  /** The one-letter form. */
  readonly short?: string;
  /** What it takes; `"flag"` takes nothing. */
  readonly type: ValueType;
  /** The value's name in help, such as `PATTERN`. */
  readonly value?: string;
  /** One sentence for help. */
  readonly help: string;
  /** What a `"choice"` may be, and what the list of `"choices"` may hold (with commas). */
  readonly choices?: readonly string[];
  readonly group: OptionGroup;
  /** Left out of help, manual and completions. */
  readonly hidden?: boolean;
}

/** A command as it is typed and what it does. */
export interface Example {
  readonly command: string;
  readonly says: string;
}

/** An exit code and what it means. */
export interface ExitCode {
  readonly code: number;
  readonly means: string;
}

/** What a verb takes besides options. */
export interface Operands {
  /** As shown in the usage line. */
  readonly usage: string;
  readonly least: number;
  readonly most?: number;
  /** The sentence for a wrong number of them. */
  readonly wrong: string;
  /** What kind each of them is. */
  readonly type: ValueType;
  /** What a `"choice"` may be. */
  readonly choices?: readonly string[];
}

/** One verb. */
export interface VerbSpecification {
  readonly name: string;
  /** Half a sentence for lists of verbs. */
  readonly summary: string;
  /** Paragraphs for the verb's own help. */
  readonly description: readonly string[];
  readonly operands: Operands;
  /** Names of the shared options it takes; `optionsFor` in options_for.ts gives all it takes. */
  readonly options: readonly string[];
  /** Options that only it has, or that mean something of their own here. */
  readonly own?: readonly OptionSpecification[];
  readonly examples: readonly Example[];
  readonly exitCodes: readonly ExitCode[];
  /** Names people type for it by habit. */
  readonly habits?: readonly string[];
}

/** One of the three programs. */
export interface ProgramSpecification {
  readonly name: string;
  readonly summary: string;
  readonly description: readonly string[];
  readonly verbs: readonly VerbSpecification[];
  /** Names of the options it takes besides `--help` and `--version`; only where it has no verbs. */
  readonly options?: readonly string[];
  readonly examples: readonly Example[];
  readonly exitCodes: readonly ExitCode[];
}

/** Two options that contradict each other, and what to say then. */
export interface Conflict {
  readonly first: string;
  readonly second: string;
  readonly because: string;
}
