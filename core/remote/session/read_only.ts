import type { Module } from "../server.ts";
import { SessionError } from "./session_error.ts";

/** The refusal of all that would change a read-only module. */
export function readOnly({ name }: Module): SessionError {
  const what = name === "" ? "What the server exports by default" : `The module "${name}"`;
  return new SessionError("read-only", `${what} is read-only: nothing in it may be changed.`);
}
