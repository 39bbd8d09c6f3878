import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { Place } from "../scan/place.ts";
import { Counter } from "../movers/counters.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";
import { type CopyMethods, RECALL_BYTES } from "../movers/copy_method.ts";
import { keepMethods, methodsBetween, recallMethods } from "./known_methods.ts";
import { SparseWriter } from "./sparse.ts";
import { overwrite } from "./zeros.ts";
import { Landing } from "./landing.ts";
import { destinationFault, type Fault, sourceFault } from "./outcome.ts";
import type { ResumableSource } from "./partial.ts";
import { sourceState, UNKNOWN_STATE } from "./source_state.ts";

/** Bytes that one step moves at most, so that a stop is heard soon. */
const STEP_BYTES: number = 32 * 1024 * 1024;

/** The same where what has been done is written down after each: a kill costs one of them. */
const RESUMABLE_STEP_BYTES: number = 16 * 1024 * 1024;

/** How often a file that changes while it is copied is begun. */
const ATTEMPTS = 2;

/** What one step has come to. */
export type Step =
  | { readonly state: "more" }
  | { readonly state: "done"; readonly fault: Fault | undefined };

const MORE: Step = { state: "more" };

/**
 * Copies one file that does not fit the buffer, step by step: into an unnamed file
 * (O_TMPFILE) or a temporary name, and at its place only when it is whole. Holes stay holes.
 */
export class LargeFileCopy {
  readonly #context: MoverContext;
  readonly #source: Handle;
  readonly #landing: Landing;
  readonly #stat: StatTable;
  readonly #methods: CopyMethods;
  #position = 0;
  #segmentEnd = 0;
  /** Up to here what is there already is compared with the source. */
  #compareEnd = 0;
  #attempt = 1;
  /** Bytes that the counters have been told of. */
  #counted = 0;
  /** Those of them that were there already. */
  #resumed = 0;

  private constructor(
    context: MoverContext,
    place: Place,
    source: Handle,
    stat: StatTable,
    landing: Landing,
  ) {
    this.#context = context;
    this.#source = source;
    this.#stat = stat;
    this.#landing = landing;
    this.#methods = methodsBetween(context, place);
    if (stat.size[0]! >= RECALL_BYTES) recallMethods(context, place, this.#methods); // the one row
  }

  /** Opens both ends; a fault if that fails. */
  static begin(
    context: MoverContext,
    place: Place,
    name: Name,
    target: Name,
    replaces: boolean,
  ): LargeFileCopy | Fault {
    const { sys } = context;
    const source = sys.openRead(place.source, name);
    if (source < 0) return sourceFault("open", source);
    const stat = new StatTable(1);
    const result = sys.statHandle(source, stat, 0);
    let landing: Landing | Fault;
    if (result < 0) landing = sourceFault("read", result);
    // The name may stand for something else by now; a fifo would look like an empty file.
    else if (stat.kind(0) !== Kind.File) landing = sourceFault("read", "CHANGED");
    else {
      const resumable = resumableSource(context, source, stat);
      landing = Landing.begin(context, place, target, stat.mode[0]!, replaces, resumable);
    }
    if (landing instanceof Landing) {
      return new LargeFileCopy(context, place, source, stat, landing);
    }
    sys.close(source);
    return landing;
  }

  /** Share of the file that is done. */
  get fraction(): number {
    return this.#position / Math.max(this.#stat.size[0]!, 1); // the one row
  }

  /** Moves some more. After `done`, everything is closed and nothing temporary is left. */
  step(): Step {
    if (this.#context.stopping) return this.#abandon(sourceFault("read", -Errno.ECANCELED));
    const size = this.#stat.size[0]!; // the one row
    if (this.#position === 0 && this.#methods.reflinks && size > 0) {
      const result = this.#context.sys.reflink(this.#source, this.#landing.handle);
      if (result === 0) {
        this.#counted = size;
        this.#context.payload(size);
        this.#position = size;
      } else this.#methods.noteReflinkFailure(result);
    }
    if (this.#position === 0) this.#skipProven();
    if (this.#position < size) {
      const fault = this.#position < this.#compareEnd ? this.#compare() : this.#move(size);
      if (fault) return this.#abandon(fault);
      if (this.#position < size) return MORE;
    }
    return this.#finish(size);
  }

  /** Goes on behind what an earlier run has brought. */
  #skipProven(): void {
    const { partial } = this.#landing;
    if (partial === undefined || partial.filled === 0 || this.#attempt > 1) return;
    const { sys } = this.#context;
    this.#position = partial.proven;
    this.#compareEnd = partial.filled;
    sys.seek(this.#source, this.#position);
    sys.seek(this.#landing.handle, this.#position);
    this.#keep(partial.proven);
  }

  /** Notes bytes that were there already. */
  #keep(bytes: number): void {
    this.#counted += bytes;
    this.#resumed += bytes;
    this.#context.count(Counter.BytesResumed, bytes);
  }

  /** Compares a step of what is there with the source, and writes what differs. */
  #compare(): Fault | undefined {
    const { sys, buffer, otherBuffer } = this.#context;
    const { handle } = this.#landing;
    const end = Math.min(this.#position + RESUMABLE_STEP_BYTES, this.#compareEnd);
    while (this.#position < end) {
      const wanted = Math.min(buffer.length, end - this.#position);
      const got = sys.read(this.#source, buffer, wanted);
      if (got < 0) return sourceFault("read", got);
      if (got === 0) return this.#again();
      const there = sys.read(handle, otherBuffer, got);
      const isSame = there === got && sys.equal(buffer, otherBuffer, got);
      if (!isSame) {
        const written = overwrite(this.#context, handle, this.#position, got);
        if (written < 0) return destinationFault("write", written);
        this.#counted += got;
        this.#context.payload(got);
      } else this.#keep(got);
      this.#position += got;
    }
    this.#landing.partial?.prove(this.#position);
    return undefined;
  }

  #move(size: number): Fault | undefined {
    const { sys } = this.#context;
    const sparse = this.#stat.blocks[0]! * 512 < size; // the one row
    if (!sparse) return this.#moveRange(size);
    if (!sys.capabilities.seekHoles) return this.#moveSkippingZeros(size);
    if (this.#position >= this.#segmentEnd) {
      const data = sys.seekData(this.#source, this.#position);
      if (data < 0 && data !== -Errno.ENXIO) return sourceFault("read", data);
      if (data === -Errno.ENXIO || data >= size) {
        this.#position = size;
        return undefined;
      }
      const hole = sys.seekHole(this.#source, data);
      if (hole < 0) return sourceFault("read", hole);
      this.#segmentEnd = Math.min(hole, size);
      this.#position = data;
      sys.seek(this.#source, data);
      const result = sys.seek(this.#landing.handle, data);
      if (result < 0) return destinationFault("write", result);
    }
    return this.#moveRange(this.#segmentEnd);
  }

  #moveRange(end: number): Fault | undefined {
    const length = Math.min(this.#stepBytes, end - this.#position);
    const moved = this.#methods.move(this.#context, this.#source, this.#landing.handle, length);
    keepMethods(this.#methods);
    return this.#advance(moved);
  }

  #moveSkippingZeros(size: number): Fault | undefined {
    const length = Math.min(this.#stepBytes, size - this.#position);
    const writer = new SparseWriter(this.#context);
    return this.#advance(writer.move(this.#source, this.#landing.handle, this.#position, length));
  }

  #advance(moved: Result): Fault | undefined {
    if (moved < 0) return this.#blame(moved);
    if (moved === 0) return this.#again();
    this.#position += moved;
    this.#counted += moved;
    this.#context.payload(moved);
    this.#landing.partial?.prove(this.#position);
    return undefined;
  }

  get #stepBytes(): number {
    return this.#landing.partial === undefined ? STEP_BYTES : RESUMABLE_STEP_BYTES;
  }

  /** The calls that move bytes do not tell which end failed; some errnos do. */
  #blame(result: Result): Fault {
    const atSource = -result === Errno.EIO || -result === Errno.EISDIR || -result === Errno.ESTALE;
    return atSource ? sourceFault("read", result) : destinationFault("write", result);
  }

  /** The file has changed: once more from the start, if there is an attempt left. */
  #again(): Fault | undefined {
    const { sys } = this.#context;
    if (++this.#attempt > ATTEMPTS) return sourceFault("read", "CHANGED");
    this.#position = 0;
    this.#segmentEnd = 0;
    this.#compareEnd = 0;
    this.#keep(-this.#resumed);
    sys.seek(this.#source, 0);
    sys.statHandle(this.#source, this.#stat, 0);
    return this.#landing.restart(resumableSource(this.#context, this.#source, this.#stat));
  }

  #finish(size: number): Step {
    const { sys, own } = this.#context;
    const checked = sys.statHandle(this.#source, own, Own.Check);
    if (checked < 0) return this.#abandon(sourceFault("read", checked));
    let grew = false;
    if (!this.#isSteady()) {
      grew = own.size[Own.Check]! > size && this.#attempt === ATTEMPTS;
      if (!grew) {
        const fault = this.#again();
        return fault ? this.#abandon(fault) : MORE;
      }
    }
    const fault = this.#landing.finish(size, this.#source, this.#stat, 0);
    sys.close(this.#source);
    if (fault !== undefined && !fault.delivered) return { state: "done", fault };
    this.#context.payload(size - this.#counted); // holes count as the content they are
    return { state: "done", fault: grew ? sourceFault("read", "GREW", true) : fault };
  }

  #isSteady(): boolean {
    const { own } = this.#context;
    return own.size[Own.Check] === this.#stat.size[0] &&
      own.mtimeSeconds[Own.Check] === this.#stat.mtimeSeconds[0] &&
      own.mtimeNanoseconds[Own.Check] === this.#stat.mtimeNanoseconds[0];
  }

  #abandon(fault: Fault): Step {
    this.#landing.abandon();
    this.#context.sys.close(this.#source);
    return { state: "done", fault };
  }
}

/** What is to be known of the source to go on with it. The stat is row 0 of `stat`. */
function resumableSource(
  context: MoverContext,
  source: Handle,
  stat: StatTable,
): ResumableSource {
  return {
    size: stat.size[0]!, // the one row
    mtimeSeconds: stat.mtimeSeconds[0]!,
    mtimeNanoseconds: stat.mtimeNanoseconds[0]!,
    blocks: stat.blocks[0]!,
    state: context.job.resume === undefined ? UNKNOWN_STATE : sourceState(context, source, stat, 0),
  };
}
