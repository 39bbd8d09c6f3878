/** The peer does not speak HTTP/2, or not as it should; or the connection is lost. */
export class Http2Error extends Error {
  /** An error with a sentence that says what is wrong. */
  constructor(
    message: string,
    /** The connection was there and is lost: the peer has done nothing wrong. */
    readonly isLost: boolean = false,
  ) {
    super(message);
  }
}
