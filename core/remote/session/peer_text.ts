/** Of the other end's sentences no more is shown. */
export const MESSAGE_LENGTH = 4000;

/** What a peer's text must not bring to a terminal: it should have escaped it. */
// deno-lint-ignore no-control-regex
export const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
