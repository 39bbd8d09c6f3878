/** The peer does not speak HTTP/2, or not as it should; or the connection is lost. */
export class Http2Error extends Error {}
