import type { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import { temporaryName } from "../movers/temporary.ts";
import type { AttributeSource } from "../scan/origin.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name } from "../sys/mod.ts";
import { isSpelledOtherwise } from "./folded_names.ts";
import { finishHandle } from "./metadata.ts";
import { destinationFault, type Fault } from "./outcome.ts";
import { Partial, type ResumableSource, RESUME_BYTES } from "./partial.ts";
import { takePlace, writeWhole } from "./small_file.ts";

/**
 * A file on its way to its place, filled piece by piece: it is an unnamed file (O_TMPFILE) or has
 * a temporary name, and comes to its place only when it is whole. Where nothing is written, a
 * hole stays. With `resume` a large one is a {@linkcode Partial}, which stays when it is abandoned.
 * The place must stay open until the landing is finished or abandoned.
 */
export class Landing {
  readonly #context: MoverContext;
  readonly #place: Place;
  readonly #target: Name;
  readonly #replaces: boolean;
  #out: Handle;
  #name: Name | undefined;
  #partial: Partial | undefined;
  #position = 0;

  private constructor(
    context: MoverContext,
    place: Place,
    target: Name,
    replaces: boolean,
    out: Handle,
    name: Name | undefined,
    partial: Partial | undefined,
  ) {
    this.#context = context;
    this.#place = place;
    this.#target = target;
    this.#replaces = replaces;
    this.#out = out;
    this.#name = name;
    this.#partial = partial;
  }

  /**
   * Creates the file, with the permission bits of `mode`, for a `source` that may be gone on with;
   * a fault if that fails. Keeps `target`.
   */
  static begin(
    context: MoverContext,
    place: Place,
    target: Name,
    mode: number,
    replaces: boolean,
    source: ResumableSource,
  ): Landing | Fault {
    const { sys, job } = context;
    const { destination } = place;
    place.touched = true;
    const partial = job.resume !== undefined && source.size >= RESUME_BYTES
      ? Partial.open(context, destination, target, source)
      : undefined;
    if (partial !== undefined) {
      const { handle } = partial;
      return new Landing(context, place, target, replaces, handle, undefined, partial);
    }
    let name: Name | undefined;
    let out = sys.createUnnamed(destination, mode & 0o777);
    if (out === -Errno.EOPNOTSUPP) {
      name = temporaryName(context);
      out = sys.create(destination, name, mode & 0o777);
    }
    if (out < 0) return destinationFault("create", out);
    sys.tryLock(out);
    return new Landing(context, place, target, replaces, out, name, undefined);
  }

  /** What was there of the file, if it can be gone on with. */
  get partial(): Partial | undefined {
    return this.#partial;
  }

  /** The open file, for calls that move bytes into it; it stands where those have left it. */
  get handle(): Handle {
    return this.#out;
  }

  /**
   * Writes `length` bytes of `bytes` at `position`. Not to be mixed with writing through `handle`.
   */
  write(bytes: Uint8Array<ArrayBuffer>, length: number, position: number): Fault | undefined {
    if (position !== this.#position) {
      const result = this.#context.sys.seek(this.#out, position);
      if (result < 0) return destinationFault("write", result);
    }
    const written = writeWhole(this.#context, this.#out, bytes, length);
    this.#position = written < 0 ? -1 : position + length;
    return written < 0 ? destinationFault("write", written) : undefined;
  }

  /** Throws away what it holds, to be filled once more from `source`, which has changed. */
  restart(source: ResumableSource): Fault | undefined {
    const { sys } = this.#context;
    this.#position = 0;
    const result = sys.truncate(this.#out, 0);
    if (result < 0) return destinationFault("write", result);
    this.#partial = this.#partial?.restarted(source);
    sys.seek(this.#out, 0);
    return undefined;
  }

  /**
   * Makes it `size` bytes long, gives it the metadata of row `index` of `table` and the
   * attributes of `from`, and puts it in its place. Afterwards it is closed. After a fault that
   * says `delivered` it is in its place all the same, after any other it is gone.
   */
  finish(
    size: number,
    from: AttributeSource,
    table: StatTable,
    index: number,
  ): Fault | undefined {
    const { sys, job } = this.#context;
    const sized = sys.truncate(this.#out, size);
    if (sized < 0) return this.#drop(destinationFault("write", sized));
    // A partial has been its owner's alone until now. The row is the caller's.
    if (this.#partial !== undefined) sys.setModeHandle(this.#out, table.mode[index]! & 0o777);
    const late = finishHandle(this.#context, this.#place, this.#out, from, table, index);
    const synced = job.syncFiles ? sys.sync(this.#out) : 0;
    if (synced < 0) return this.#drop(destinationFault("sync", synced));
    const fault = this.#rename() ?? this.#settle() ?? this.#publish();
    if (fault !== undefined) return this.#drop(fault);
    this.#close();
    return late;
  }

  /** Closes it, and leaves nothing behind but a partial. May be called at any time. */
  abandon(): void {
    if (this.#partial !== undefined) {
      this.#partial.leave();
      this.#partial = undefined;
      this.#out = -1;
      return;
    }
    if (this.#name !== undefined) {
      this.#context.sys.unlink(this.#place.destination, this.#name);
      this.#name = undefined;
    }
    this.#close();
  }

  #drop(fault: Fault): Fault {
    this.abandon();
    return fault;
  }

  /** Gives a partial a name of this run: nobody else shall find it once its lock is gone. */
  #rename(): Fault | undefined {
    if (this.#partial === undefined) return undefined;
    const { destination } = this.#place;
    const name = temporaryName(this.#context);
    const { sys } = this.#context;
    const result = sys.rename(destination, this.#partial.name, destination, name);
    if (result < 0) return destinationFault("replace", result);
    this.#partial = undefined;
    this.#name = name;
    return undefined;
  }

  /**
   * Closes a temporary before it takes its place: where writes are sent later (NFS), close is
   * the call that tells of a full disk. File systems that know unnamed files tell at once.
   */
  #settle(): Fault | undefined {
    if (this.#name === undefined) return undefined;
    const closed = this.#context.sys.close(this.#out);
    this.#out = -1;
    return closed < 0 ? destinationFault("write", closed) : undefined;
  }

  #publish(): Fault | undefined {
    const { sys } = this.#context;
    const { destination } = this.#place;
    if (this.#name === undefined) {
      if (!this.#replaces) {
        const result = sys.publish(this.#out, destination, this.#target);
        if (result === 0) return undefined;
        if (result !== -Errno.EEXIST) return destinationFault("create", result);
        if (isSpelledOtherwise(this.#context, this.#place, this.#target)) {
          return destinationFault("create", "NAME_TAKEN");
        }
      }
      const name = temporaryName(this.#context);
      const result = sys.publish(this.#out, destination, name);
      if (result < 0) return destinationFault("create", result);
      this.#name = name;
    }
    const fault = takePlace(this.#context, this.#place, this.#name, this.#target, this.#replaces);
    if (fault === undefined) this.#name = undefined;
    return fault;
  }

  #close(): void {
    if (this.#out >= 0) this.#context.sys.close(this.#out);
    this.#out = -1;
  }
}
