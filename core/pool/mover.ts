import { type Ongoing, processBatch } from "../local/batch.ts";
import { processDelete } from "../local/delete.ts";
import { processDirectory } from "../local/directory.ts";
import { processExtra } from "../local/extra_directories.ts";
import { finishLater } from "../local/finish_directory.ts";
import { processLinks } from "../local/links.ts";
import { removeEmptied } from "../local/remove_emptied.ts";
import { deleteLeaves, removeExtra } from "../local/remove_extra.ts";
import { processRemove } from "../local/remove_source.ts";
import { syncFilesystem } from "../local/sync_filesystem.ts";
import type { MoverContext } from "../movers/context.ts";
import { Control } from "../movers/control.ts";
import { TaskQueue } from "../movers/queue.ts";
import { type Task, TaskFlag, TaskKind } from "../movers/task.ts";
import { Doing } from "../movers/whereabouts.ts";

/** Milliseconds after which a waiting mover looks again by itself, should a wake-up be lost. */
const WAIT_MS = 100;
/** Tasks that are given at one time at most. */
const SHARE = 32;

/**
 * Works tasks off: its own stack first, then what others give. One mover is one thread; the
 * main thread has one too, which it steps between turns of its event loop.
 */
export class Mover {
  readonly #context: MoverContext;
  readonly #queue: TaskQueue;
  readonly #control: Int32Array<SharedArrayBuffer>;
  #ongoing: Ongoing | undefined;
  /** How high the stack was when all in it was pending. */
  #depth = 0;

  constructor(context: MoverContext) {
    this.#context = context;
    this.#queue = new TaskQueue(context.memory);
    this.#control = context.memory.control;
    context.share = (): void => {
      this.#count(0);
      this.#share();
    };
  }

  /** Tasks on the own stack. */
  get depth(): number {
    return this.#context.stack.length;
  }

  /** Whether a task is going on in steps. */
  get busy(): boolean {
    return this.#ongoing !== undefined;
  }

  /** Puts tasks on the stack that are counted as pending already. */
  accept(tasks: readonly Task[]): void {
    for (const task of tasks) this.#context.stack.push(task);
  }

  /**
   * Takes tasks off the stack, to hand them to another mover: large files first of all, which
   * shall not be left for last when everybody else is done, then the oldest, which stand for the
   * largest subtrees. Large files come last, so that they lie on top of the other's stack.
   */
  surrender(count: number): Task[] {
    const { stack } = this.#context;
    const large: Task[] = [];
    for (let at = stack.length - 1; at >= 0 && large.length < count; at--) {
      const task = stack[at]!; // within the stack
      if ((task.flags & TaskFlag.Large) === 0) continue;
      large.push(task);
      stack.splice(at, 1);
    }
    return [...stack.splice(0, count - large.length), ...large];
  }

  /** Does one step; false when there is nothing to do here. */
  step(): boolean {
    const context = this.#context;
    if (this.#ongoing !== undefined) {
      if (!this.#ongoing.step()) {
        this.#share();
        return true;
      }
      this.#ongoing = undefined;
      this.#depth = context.stack.length;
      this.#count(-1);
      return true;
    }
    const task = context.stack.pop() ?? this.#queue.take();
    if (task === undefined) return false;
    this.#depth = context.stack.length;
    if (!context.stopping) this.#ongoing = perform(context, task);
    // What a task has found is pending before the task itself is over.
    this.#count(this.#ongoing === undefined ? -1 : 0);
    this.#share();
    context.outbox.flushOld(context.job.mayHang === true);
    return true;
  }

  /** Counts as pending what has been found, and `change` tasks more, or fewer. */
  #count(more: number): void {
    const { length } = this.#context.stack;
    const change = length - this.#depth + more;
    this.#depth = length;
    if (change === 0) return;
    const before = Atomics.add(this.#control, Control.Pending, change);
    if (before + change === 0) this.#queue.wake();
  }

  /** Gives tasks to movers that wait: up to half of what is here, so that they need not ask for each. */
  #share(): void {
    const { stack, job } = this.#context;
    if (stack.length === 0) return;
    const hungry = Atomics.load(this.#control, Control.Idle);
    const isAll = job.mayHang === true;
    if (!isAll && (hungry === 0 || this.#queue.waiting)) return;
    const keep = this.#ongoing === undefined ? 1 : 0;
    const share = Math.min(Math.max(stack.length >> 1, hungry), stack.length - keep, SHARE);
    const tasks = this.surrender(isAll ? stack.length : share);
    const given = tasks.findIndex((task) => !this.#queue.give(task));
    if (given >= 0) stack.unshift(...tasks.slice(given));
    this.#depth = stack.length;
  }

  /** Works until no mover has anything left. Blocks, so only for Workers. */
  runPhase(): void {
    const control = this.#control;
    while (Atomics.load(control, Control.Pending) > 0) {
      if (this.#context.index < Atomics.load(control, Control.Limit)) {
        if (this.step()) continue;
      } else this.#giveAll();
      const seen = Atomics.load(control, Control.Signal);
      if (this.#queue.waiting && this.#context.index < Atomics.load(control, Control.Limit)) {
        continue;
      }
      if (Atomics.load(control, Control.Pending) === 0) break;
      this.#context.outbox.flush();
      Atomics.add(control, Control.Idle, 1);
      Atomics.wait(control, Control.Signal, seen, WAIT_MS);
      Atomics.sub(control, Control.Idle, 1);
    }
    this.#context.outbox.flush();
  }

  /** A mover that shall rest hands on what it can and works off the rest. */
  #giveAll(): void {
    const { stack } = this.#context;
    while (stack.length > 0) {
      const task = stack[0]!; // the stack is not empty
      if (!this.#queue.give(task)) break;
      stack.shift();
    }
    while (this.#ongoing !== undefined || stack.length > 0) this.step();
  }
}

/** What a task is called while it is worked on; by `TaskKind`. */
const DOING: readonly number[] = [
  Doing.Nothing,
  Doing.Transferring,
  Doing.Transferring,
  Doing.Linking,
  Doing.Listing,
  Doing.Deleting,
  Doing.Removing,
  Doing.Finishing,
  Doing.Deleting,
  Doing.Removing,
  Doing.Syncing,
  Doing.Deleting,
];

function perform(context: MoverContext, task: Task): Ongoing | undefined {
  context.isAt(DOING[task.kind] ?? Doing.Nothing, task.source, task.path);
  switch (task.kind) {
    case TaskKind.Directory:
      processDirectory(context, task);
      return undefined;
    case TaskKind.Batch:
      return processBatch(context, task);
    case TaskKind.Links:
      processLinks(context, task);
      return undefined;
    case TaskKind.Extra:
      processExtra(context, task);
      return undefined;
    case TaskKind.Delete:
      processDelete(context, task);
      return undefined;
    case TaskKind.Remove:
      processRemove(context, task);
      return undefined;
    case TaskKind.Finish:
      finishLater(context, task, true);
      return undefined;
    case TaskKind.RemoveExtra:
      removeExtra(context, task);
      return undefined;
    case TaskKind.DeleteLeaves:
      deleteLeaves(context, task);
      return undefined;
    case TaskKind.RemoveEmptied:
      removeEmptied(context, task);
      return undefined;
    case TaskKind.Sync:
      syncFilesystem(context, task);
      return undefined;
  }
  return undefined;
}
