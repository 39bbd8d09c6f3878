import { LinkError, quoteHost } from "./link_error.ts";
import type { CallStatus } from "./message_stream.ts";

/**
 * Why a server could not be reached, of what grpc-js says about it; nothing said means that nothing
 * answered in time.
 */
export function explainConnecting(
  details: string,
  host: string,
  port: number,
  timeoutMs: number,
): LinkError {
  const where = quoteHost(host, port);
  if (details === "" || /ETIMEDOUT|DEADLINE/.test(details)) {
    const time = timeoutMs > 0 ? `no answer within ${Math.round(timeoutMs / 1000)} s` : "no answer";
    return new LinkError("timeout", `Cannot reach ${where}: ${time}.`);
  }
  if (details.includes("ECONNREFUSED")) {
    return new LinkError("connection-refused", `Cannot reach ${where}: connection refused.`);
  }
  if (/Name resolution failed|ENOTFOUND|EAI_/.test(details)) {
    return new LinkError("unknown-host", `Cannot reach ${where}: no such host.`);
  }
  if (/EHOSTUNREACH|EHOSTDOWN/.test(details)) {
    return new LinkError("unreachable", `Cannot reach ${where}: no route to the host.`);
  }
  if (/ENETUNREACH|EADDRNOTAVAIL|ENETDOWN/.test(details)) {
    return new LinkError("unreachable", `Cannot reach ${where}: the network is unreachable.`);
  }
  return new LinkError("not-blit", `${where} answers, but not as blit-daemon does.`);
}

/** gRPC status codes that are told apart (https://grpc.io/docs/guides/status-codes/). */
const DEADLINE_EXCEEDED = 4, PERMISSION_DENIED = 7, UNIMPLEMENTED = 12, UNAUTHENTICATED = 16;
const RESOURCE_EXHAUSTED = 8, UNKNOWN = 2, INTERNAL = 13;

/** The status with which our server refuses a stream; its details are a sentence. */
export const REFUSED: number = PERMISSION_DENIED;

/** What the end of a call means; code -1 is the end of a connection. */
export function explainStatus(
  { code, details }: CallStatus,
  peer: string,
  hasSpoken: boolean,
): LinkError {
  const notBlit = new LinkError("not-blit", `${peer} answers, but not as blit-daemon does.`);
  switch (code) {
    case REFUSED:
    case UNAUTHENTICATED:
      return new LinkError("refused", details);
    case UNIMPLEMENTED:
      return notBlit;
    case UNKNOWN:
    case INTERNAL:
      // How grpc-js reads an answer that is none of gRPC's.
      if (/HTTP status|No status information|content-type|parsing|deserial/i.test(details)) {
        return notBlit;
      }
      break;
    case DEADLINE_EXCEEDED:
      return new LinkError("timeout", `${peer} does not answer.`);
    case RESOURCE_EXHAUSTED:
      // The text of a web page, read as the length of a message.
      if (!hasSpoken) return notBlit;
      return new LinkError("bad-frame", `${peer}: a message was refused. ${details}.`);
  }
  return new LinkError("lost", `The connection to ${peer} was lost.`);
}
