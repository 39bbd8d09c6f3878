import { CarryStream, readChunk } from "./carry.ts";
import type { CarryRequest } from "./control.ts";
import { LinkError } from "./link_error.ts";
import type { MessageStream } from "./message_stream.ts";

/** Bytes of the longest token that is looked at. */
const TOKEN_BYTES = 1024;

/**
 * Waits for the chunk that says which stream a Carry call is.
 *
 * @throws {LinkError} when the call ends before, or begins with something else
 */
export async function receiveToken(
  stream: MessageStream,
  peer: string,
  refuse: (sentence: string) => void,
  destroy: () => void,
): Promise<CarryRequest> {
  const bytes = await stream.read();
  if (bytes === undefined) throw new LinkError("lost", `${peer} ended a data stream at once.`);
  const { token, data } = readChunk(bytes, peer);
  if (token.length === 0 || token.length > TOKEN_BYTES || data.length > 0) {
    throw new LinkError("bad-frame", "A data stream must begin with its token.");
  }
  return {
    token,
    peer,
    refuse,
    accept: () => {
      // An empty chunk: the token was good.
      stream.write(new Uint8Array(0)).catch(() => {});
      return new CarryStream(stream, peer, destroy);
    },
  };
}
