/**
 * Looking at trees and clearing them through a daemon. This is the client's side, `calls.ts`; the
 * daemon's begins in `serve_question.ts`, whose Worker makes answers in `answering.ts`. Both ends
 * speak `Answer`s of proto/blit.proto, which stream; docs/protocol/questions.md tells how.
 *
 * @module
 */
export {
  completeModules,
  completePath,
  findRemotely,
  listRemotely,
  modulesRemotely,
  purgeRemotely,
  statRemotely,
  usageRemotely,
} from "./calls.ts";
