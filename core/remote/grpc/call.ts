/** How a call ended, in one of the codes of {@linkcode CallCode} or another of gRPC's. */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
}

/** gRPC's codes that are told apart (https://grpc.io/docs/guides/status-codes/), and three of our own. */
export const CallCode = {
  /** Something answered, and not in gRPC. */
  NotGrpc: -3,
  /** There never was a connection; the details say why, in the words of whoever tried. */
  Unreached: -2,
  /** The connection ended. */
  Lost: -1,
  Ok: 0,
  DeadlineExceeded: 4,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  Aborted: 10,
  Unimplemented: 12,
  Internal: 13,
  Unauthenticated: 16,
} as const;

/** Who hears what becomes of a call. */
export interface CallListener {
  /** A message has come. */
  data(message: Uint8Array): void;
  /** At a server: the client has ended its half. */
  end(): void;
  /** At a server: the client is gone. */
  cancelled(): void;
  /** At a client: how it ended. Messages that wait while it is paused may follow. */
  status(status: CallStatus): void;
}

/** One call, at either end of it. */
export interface Call {
  /** Says who hears it; once, and at once. */
  hear(listener: CallListener): void;
  /** Sends a message, which must not be changed any more; calls back when the transport has it. */
  write(message: Uint8Array, written: () => void): void;
  /** Nothing more will be written. */
  end(): void;
  /** Messages wait at the peer. */
  pause(): void;
  resume(): void;
  /** Ends the call at once. */
  cancel(): void;
}
