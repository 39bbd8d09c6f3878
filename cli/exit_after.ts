/**
 * Ends the process with the exit code that a program comes to; not by running out of work, since
 * idle movers would keep it alive. Without a top-level `await`: where the bundler puts what a chunk
 * needs into the program's own file, that chunk would wait for it for ever.
 */
export function exitAfter(program: Promise<number>): void {
  // Should the program wait for something that nothing is left to bring about, it has not done it.
  addEventListener("beforeunload", () => {
    console.error("A defect: nothing is left to wait for, and the work is not done.");
    Deno.exitCode = 1;
  });
  void program.then(Deno.exit);
}
