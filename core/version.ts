/** The version of all three programs; a test holds it to deno.json, which costs time to load. */
export const VERSION = "0.1.0";
