import {
  Answer,
  CompletePathRequest,
  DiskUsageRequest,
  FilesystemStatsRequest,
  FindRequest,
  type Hello,
  ListRequest,
  type MessageFns,
  PurgeRequest,
} from "../../../proto/generated/blit.ts";

/** What a client asks in each of the calls whose answers stream. */
export interface Questions {
  readonly list: ListRequest;
  readonly find: FindRequest;
  readonly diskUsage: DiskUsageRequest;
  readonly filesystemStats: FilesystemStatsRequest;
  readonly purge: PurgeRequest;
  readonly completePath: CompletePathRequest;
}

/** One of the calls. */
export type QuestionKind = keyof Questions;

/** A question as a client asks it. */
export type Question = {
  readonly [Kind in QuestionKind]: {
    readonly $case: Kind;
    readonly value: Omit<Questions[Kind], "hello">;
  };
}[QuestionKind];

/** What is between the messages of a call: their form. */
const FORMS: { readonly [Kind in QuestionKind]: MessageFns<Questions[Kind]> } = {
  list: ListRequest,
  find: FindRequest,
  diskUsage: DiskUsageRequest,
  filesystemStats: FilesystemStatsRequest,
  purge: PurgeRequest,
  completePath: CompletePathRequest,
};

/** Encodes a question of this end's. */
export function encodeQuestion({ $case, value }: Question, hello: Hello): Uint8Array {
  // The case says which form fits the value, which the compiler does not see.
  const form = FORMS[$case] as unknown as MessageFns<{ hello: Hello }>;
  return form.encode({ ...value, hello }).finish();
}

/** Reads a question of the peer's, and who asks. Throws for what is none. */
export function decodeQuestion(
  kind: QuestionKind,
  bytes: Uint8Array,
): { readonly question: Question; readonly hello: Hello | undefined } {
  const value = FORMS[kind].decode(bytes);
  // As above.
  return { question: { $case: kind, value } as unknown as Question, hello: value.hello };
}

/** Encodes a message of an answer. */
export function encodeAnswer(body: NonNullable<Answer["body"]>): Uint8Array {
  return Answer.encode({ body }).finish();
}
