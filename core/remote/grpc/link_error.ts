/** Why a link could not be had or did not hold. */
export type LinkErrorCode =
  /** Nobody listens at that port. */
  | "connection-refused"
  /** The host's name has no address. */
  | "unknown-host"
  /** The network does not reach the host. */
  | "unreachable"
  /** No answer in time. */
  | "timeout"
  /** Something answers, but no blit-daemon. */
  | "not-blit"
  /** The peer speaks another major version of the protocol. */
  | "version"
  /** The peer refused the session or the stream; the sentence is the peer's. */
  | "refused"
  /** The connection broke. */
  | "lost"
  /** The connection stands, but nothing has come for too long. */
  | "silent"
  /** The peer sent what the protocol does not allow. */
  | "bad-frame"
  /** This side has ended the link. */
  | "closed"
  /** A server cannot listen there. */
  | "cannot-listen";

/** A link that could not be had or did not hold; the message is a sentence for people. */
export class LinkError extends Error {
  /** The class by name, for code that cannot compare classes. */
  override readonly name = "LinkError";

  /** An error of the given code and sentence. */
  constructor(
    /** What happened. */
    readonly code: LinkErrorCode,
    message: string,
    /** The peer's own word for why it refused, such as "busy", where it gave one. */
    readonly reason: string = code,
  ) {
    super(message);
  }
}

/** A host as sentences show it. */
export function quoteHost(host: string, port: number): string {
  return `${JSON.stringify(host)} port ${port}`;
}
