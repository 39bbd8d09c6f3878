import type { AnswerWriter } from "./answer_writer.ts";
import { PROTOCOL } from "./link.ts";
import { LinkError } from "./link_error.ts";
import type { MessageStream } from "./message_stream.ts";
import { afterPatience } from "./patience.ts";
import { decodeQuestion, type Question, type QuestionKind } from "./question.ts";

/**
 * Waits for the question of a call whose answer streams, which has to come soon. Gives undefined
 * where it cannot be answered; the client has been told then.
 */
export async function hearQuestion(
  kind: QuestionKind,
  stream: MessageStream,
  answer: AnswerWriter,
  patienceMs: number,
): Promise<Question | undefined> {
  const refuse = (code: string, message: string): undefined => {
    answer.abort({ code, message, exitCode: 1 });
  };
  const isHere = afterPatience(patienceMs, () => {
    const message = "Nothing was asked on a new call for too long.";
    refuse("timeout", message);
    stream.break(new LinkError("timeout", message));
  });
  let bytes: Uint8Array | undefined;
  try {
    bytes = await stream.read();
  } catch {
    stream.end();
    return undefined;
  } finally {
    isHere();
  }
  let heard: ReturnType<typeof decodeQuestion>;
  try {
    heard = decodeQuestion(kind, bytes ?? new Uint8Array());
  } catch {
    return refuse("bad-frame", "A question that cannot be read.");
  }
  if (heard.hello === undefined) return refuse("bad-frame", "A question without a hello.");
  const { major, minor } = heard.hello;
  if (major === PROTOCOL.major) return heard.question;
  const versions = `version ${major}.${minor} of the protocol, this daemon ` +
    `${PROTOCOL.major}.${PROTOCOL.minor}`;
  return refuse("version", `This blit speaks ${versions}: the older of the two must be updated.`);
}
