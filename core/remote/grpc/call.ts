/** How a call ended, in gRPC's codes (https://grpc.io/docs/guides/status-codes/). */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
}

/** Codes of our own beside gRPC's. */
export const CallCode = {
  /** The connection ended. */
  Lost: -1,
  /** There never was one; the details say why, in the words of whoever tried. */
  Unreached: -2,
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
