import { errnoName, errnoWords } from "../../sys/errno.ts";

/** A stream of the data plane has failed: the connection, or what came over it. */
export class StreamFailure extends Error {
  override readonly name = "StreamFailure";
  /** `"link-lost"`, or `"protocol"` for what is not the protocol. */
  readonly code: string;

  /** For an errno of the connection, or with a sentence for what came over it. */
  constructor(errno: number, sentence?: string) {
    super(sentence ?? `The data connection was lost: ${errnoWords(errno) || errnoName(errno)}.`);
    this.code = sentence === undefined ? "link-lost" : "protocol";
  }
}
