/**
 * The only door to `@grpc/grpc-js`, the second implementation of gRPC beside blit's own: whoever
 * imports it from here has the guard below it.
 *
 * @module
 */
import "./http2_guard.ts";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";

export {
  type ClientDuplexStream,
  credentials,
  type handleUnaryCall,
  makeGenericClientConstructor,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceError,
  status,
} from "@grpc/grpc-js";

// It writes to stderr what callers are told anyway.
setLogVerbosity(logVerbosity.NONE);
