import { CallCode, type CallStatus } from "./call.ts";
import { LinkError, type LinkErrorCode, quoteHost } from "./link_error.ts";

/** Nothing answered in time. */
export function explainSilence(host: string, port: number, timeoutMs: number): LinkError {
  const seconds = Math.round(timeoutMs / 1000);
  const message = `Cannot reach ${quoteHost(host, port)}: no answer within ${seconds} s.`;
  return new LinkError("timeout", message);
}

/** What the system says of a connection that cannot be made: the error's name, text, or number. */
const CONNECTING: readonly (readonly [RegExp, LinkErrorCode, string])[] = [
  // Numbers are of Linux, macOS and Windows, in this order.
  [/ETIMEDOUT|os error (110|60|10060)\b/, "timeout", "no answer"],
  [/ECONNREFUSED|os error (111|61|10061)\b/, "connection-refused", "connection refused"],
  [/ENOTFOUND|EAI_|failed to lookup|os error 11001\b/, "unknown-host", "no such host"],
  [
    /EHOSTUNREACH|EHOSTDOWN|os error (113|112|65|64|10065|10064)\b/,
    "unreachable",
    "no route to the host",
  ],
  [
    /ENETUNREACH|EADDRNOTAVAIL|ENETDOWN|os error (101|99|100|51|49|50|10051|10049|10050)\b/,
    "unreachable",
    "the network is unreachable",
  ],
];

/** Why a server could not be reached, of what the runtime says about it. */
export function explainConnecting(details: string, host: string, port: number): LinkError {
  const where = quoteHost(host, port);
  for (const [pattern, code, reason] of CONNECTING) {
    if (pattern.test(details)) return new LinkError(code, `Cannot reach ${where}: ${reason}.`);
  }
  return notBlit(where);
}

/** The status with which our server refuses a stream; its details are a sentence. */
export const REFUSED: number = CallCode.PermissionDenied;

/** Something is there, and it is no daemon. */
export function notBlit(peer: string): LinkError {
  return new LinkError("not-blit", `${peer} answers, but not as blit-daemon does.`);
}

/** What the end of a call means; `CallCode.Lost` is the end of a connection. */
export function explainStatus(
  { code, details }: CallStatus,
  peer: string,
  hasSpoken: boolean,
): LinkError {
  switch (code) {
    case REFUSED:
    case CallCode.Unauthenticated:
      return new LinkError("refused", details);
    case CallCode.Unimplemented:
    case CallCode.NotGrpc:
      return notBlit(peer);
    case CallCode.DeadlineExceeded:
      return new LinkError("timeout", `${peer} does not answer.`);
    case CallCode.ResourceExhausted:
      // The text of a web page, read as the length of a message.
      if (!hasSpoken) return notBlit(peer);
      return new LinkError("bad-frame", `${peer}: a message was refused. ${details}.`);
  }
  return new LinkError("lost", `The connection to ${peer} was lost.`);
}
