/**
 * The control plane: sessions of frames between two machines over gRPC, whatever the frames say.
 * What is here knows messages, connections, time limits and back-pressure, and nothing of trees.
 * Begin reading with control.ts; proto/blit.proto has the messages, docs/protocol/control-plane.md
 * their order. The server is apart (server.ts): clients need not load it.
 *
 * @module
 */
export { connect } from "./client.ts";
export type * from "./control.ts";
export { PROTOCOL } from "./link.ts";
export { LinkError, type LinkErrorCode } from "./link_error.ts";
export type { Question, QuestionKind, Questions } from "./question.ts";
