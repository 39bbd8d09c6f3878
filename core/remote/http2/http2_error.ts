import { Code } from "./frames.ts";

/** The peer does not speak HTTP/2, or not as it should; or the connection is lost. */
export class Http2Error extends Error {
  /** `code` is what a peer is told that is to blame; see `Code`. */
  constructor(message: string, readonly code: number = Code.Protocol) {
    super(message);
  }
}

/** What a system call throws, as an error of the connection. */
export function asHttp2Error(error: unknown): Http2Error {
  if (error instanceof Http2Error) return error;
  return new Http2Error(error instanceof Error ? error.message : String(error));
}
