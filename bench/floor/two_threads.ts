/** The threads of a floor program: the main one and a Worker, which take what is next. */

import { bindCredentials } from "./libc.ts";

/** `option` of prctl(2) that changes nothing here but makes new credentials. */
const PR_SET_KEEPCAPS = 8;

/** One where the third argument is "alone": a single file gives a second thread nothing to do. */
export const THREADS = Deno.args[2] === "alone" ? 1 : 2;

const WORKER = "second";
const NEXT = 0;
const DONE = 1;

/** Gives the number of the next piece of work, which no other thread is given. */
export type Take = () => number;

/** Does what there is to do, as the thread of this number: 0 is the main one. */
export type Work<Job> = (job: Job, take: Take, thread: number) => void;

interface Message<Job> {
  readonly job: Job;
  readonly shared: Int32Array<SharedArrayBuffer>;
}

/**
 * Has `work` done in this thread and in a second one, which loads the module at `url` again, and
 * ends the process. `begin` says what there is to do, while the second thread starts.
 */
export function byTwoThreads<Job>(
  url: string,
  begin: () => Job,
  work: Work<Job>,
): void {
  // A Worker's module is a main module, too.
  if (globalThis.name === WORKER) return serveAsSecond(work);
  const worker = THREADS === 1 ? undefined : new Worker(url, { type: "module", name: WORKER });
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const job = begin();
  worker?.postMessage({ job, shared } satisfies Message<Job>);
  work(job, () => Atomics.add(shared, NEXT, 1), 0);
  if (worker !== undefined) Atomics.wait(shared, DONE, 0);
  Deno.exit(0);
}

function serveAsSecond<Job>(work: Work<Job>): void {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  scope.onmessage = ({ data }: MessageEvent<Message<Job>>): void => {
    // The threads would count in one place who uses their credentials, for each open file.
    bindCredentials().prctl(PR_SET_KEEPCAPS, 0);
    const { job, shared } = data;
    work(job, () => Atomics.add(shared, NEXT, 1), 1);
    Atomics.store(shared, DONE, 1);
    Atomics.notify(shared, DONE);
  };
}
