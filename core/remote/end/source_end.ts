import type { Frame, NeedList, Values } from "../../../proto/generated/blit.ts";
import { Kind } from "../../entry/kind.ts";
import { PackedNames } from "../../entry/packed.ts";
import { MOVERS_MAX, type SharedMemory } from "../../movers/control.ts";
import { Counter } from "../../movers/counters.ts";
import type { Job } from "../../movers/job.ts";
import { removalGroups } from "../../movers/removal_groups.ts";
import { checkedBasis, checkedValues, decodeRanges, WireError } from "../batch/mod.ts";
import type { Chroot } from "../mover/crew.ts";
import {
  type FromSourceMover,
  newScanWords,
  ScanWord,
  type ToSourceMover,
  WINDOW_ENTRIES,
  windowShare,
} from "../mover/messages.ts";
import type { ScanTask } from "../mover/scan_task.ts";
import type { EndHost } from "./end_host.ts";
import { EndCrew } from "./end_crew.ts";
import { rootTasks } from "./root_tasks.ts";
import { ScoutedScan } from "./scouted_scan.ts";
import { isEntryName, isRelativePath } from "./wire_name.ts";

const NONE = new Uint8Array(0);

/** Bytes of values at most that the other end may have told and movers not worked off. */
const VALUES_MOST: number = 64 << 20;
/** What a message of values is counted for besides. */
const MESSAGE_COST = 256;

type BatchMessage = Extract<FromSourceMover, { readonly type: "batch" }>;
type Scanned = Extract<FromSourceMover, { readonly type: "scanned" }>;

/** A batch that has been sent and not been answered, or whose content is not sent yet. */
interface Retained {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entries: number;
  readonly weight: number;
  /** What it takes of the window. */
  readonly share: number;
  /** Entries that have been asked for so far; more will be. */
  readonly asked: number;
}

/**
 * The source's end of a session on the main thread: hands batches from its movers to the link and
 * need-lists from the link to its movers.
 */
export class SourceEnd extends EndCrew<ToSourceMover, FromSourceMover> {
  readonly #retained = new Map<number, Retained>();
  /** Bytes of values that movers have not worked off. */
  #values = 0;
  /** The highest number of a batch. */
  #last = 0;
  /** Entries that the scan has told of, and entries that were asked for once more. */
  #told = 0;
  #asked = 0;
  /** Batches that have come from the movers. */
  #taken = 0;
  /** The end of the scan, to be told when so many have come. */
  #announced: Scanned | undefined;
  #scanning = false;
  /** Where a directory may hang. */
  #scan: ScoutedScan | undefined;
  /** The pass that removes what has arrived (move). */
  #removing = false;
  /** The sources that it has not come to. */
  #unremoved: (readonly number[])[] = [];
  #removed: PromiseWithResolvers<void> | undefined;

  constructor(host: EndHost, job: Job, memory: SharedMemory, chroot?: Chroot) {
    super("source", host, job, memory, newScanWords(), chroot);
    // It scans before anything is known of the other end.
    if (job.mayHang === true) this.#scan = this.#newScan();
    else this.staff(1);
  }

  /** Begins the scan: batches leave at once, whatever the other end is at. */
  scan(): void {
    this.#scanning = true;
    this.#scanTasks(rootTasks(this.job));
  }

  /** Scans once more to remove what has arrived, a group of sources after the other. */
  #scanToRemove(): void {
    this.#scanning = true;
    const group = this.#unremoved.shift();
    this.#scanTasks(rootTasks(this.job, true).filter(({ source }) => group?.includes(source)));
  }

  #scanTasks(tasks: readonly ScanTask[]): void {
    Atomics.add(this.scanWords, ScanWord.Pending, tasks.length);
    if (this.#scan === undefined) this.crew[0]?.say({ type: "scan", tasks });
    else this.#scan.add(tasks);
  }

  /** Movers that only scan, so that those with streams go on sending when a directory hangs. */
  #newScan(): ScoutedScan {
    return new ScoutedScan((scout) => {
      const row = MOVERS_MAX - 1 - scout;
      const mover = this.newMover(row, (message) => this.take(scout, message), true);
      this.scouts.push(mover);
      return mover;
    });
  }

  /**
   * Takes a frame of the other end that concerns the source; false for any other.
   *
   * @throws {WireError} for an answer to what was not asked
   */
  hear(frame: Frame): boolean {
    const { body } = frame;
    if (body?.$case === "needs") { for (const list of body.value.lists) this.#send(list); }
    else if (body?.$case === "values") this.#moreValues(body.value);
    else if (body?.$case === "arrived") { for (const list of body.value.lists) this.#remove(list); }
    else if (body?.$case === "rescan") this.#scanAgain(body.value);
    else if (body?.$case === "phase" && body.value.name === "remove-source") {
      // It is told to whoever watches the other end as well: once is meant.
      if (this.#removing) return true;
      if (this.job.verb !== "move" || this.#scanning) {
        throw new WireError("not-a-move", "The other end wants the source removed.");
      }
      this.#removing = true;
      this.host.phase("remove-source");
      this.#unremoved = [...removalGroups(this.job.sources)];
      this.#scanToRemove();
    } else return false;
    return true;
  }

  /** Removes the source's directories that have become empty (move), at the very end. */
  async finish(): Promise<void> {
    if (!this.#removing) return;
    this.#removed = Promise.withResolvers();
    this.crew[0]?.say({ type: "remove-directories" });
    await this.#removed.promise;
  }

  override async close(atOnce: boolean): Promise<void> {
    this.#scan?.close();
    this.#removed?.resolve();
    await super.close(atOnce);
  }

  protected override take(mover: number, message: FromSourceMover): void {
    switch (message.type) {
      case "batch":
        this.#taken++;
        this.#retain(message);
        this.outgoing.batch(message.bytes);
        this.#announce();
        break;
      case "scanned":
        if (this.#scanning) this.#announced = message;
        this.#announce();
        break;
      case "share":
        this.crew[(mover + 1) % this.crew.length]?.say({ type: "scan", tasks: message.tasks });
        break;
      case "found":
        this.#scan?.found(mover, message.tasks);
        break;
      case "used-values":
        this.#values -= message.bytes;
        break;
      case "settled":
        this.#settle(message.number);
        break;
      case "removed":
        this.#removed?.resolve();
        break;
      default:
        this.takeCommon(message);
    }
  }

  /**
   * Tells the end of the scan, when all batches have come, from whichever mover; or goes on with the
   * next group of sources, when what has arrived of those before is removed.
   */
  #announce(): void {
    const scanned = this.#announced;
    if (scanned === undefined || this.#taken < scanned.batches) return;
    const isLast = this.#unremoved.length === 0;
    if (!isLast && this.#retained.size > 0) return;
    this.#announced = undefined;
    if (!isLast) return this.#scanToRemove();
    this.#scanning = false;
    const { batches, unasked, unaskedEntries } = scanned;
    if (!this.#removing) this.#told += unaskedEntries;
    // The destination judges by these whether so much may be deleted.
    const values = this.host.counters();
    this.outgoing.frame({
      body: { $case: "counters", value: { values, phase: "transfer", waitingFor: "" } },
    });
    this.outgoing.frame({ body: { $case: "scanEnd", value: { batches, unasked } } });
  }

  #retain({ number, bytes, entries, weight }: BatchMessage): void {
    const share = windowShare(entries, bytes.length);
    this.#retained.set(number, { bytes, entries, weight, share, asked: 0 });
    this.#last = Math.max(this.#last, number);
    if (this.#scanning) this.#told += entries;
  }

  #answered(list: NeedList): Retained {
    const retained = this.#retained.get(list.batch);
    if (retained === undefined || retained.bytes.length === 0) {
      throw new WireError("no-such-batch", `The other end answers batch ${list.batch}: not sent.`);
    }
    if (list.ranges.length > 2 * retained.entries + 4) {
      throw new WireError("ranges", `The answer to batch ${list.batch} is longer than it can be.`);
    }
    return retained;
  }

  #send(list: NeedList): void {
    const retained = this.#answered(list);
    const { bytes, weight } = retained;
    const { batch: number, ranges, more } = list;
    const asked = this.#countAsked(list, retained);
    this.#tellMade(list, retained);
    if (ranges.length === 0 && !more) {
      this.#count(weight);
      this.#settle(number);
      return;
    }
    const mover = this.crew[list.stream];
    if (mover === undefined) {
      throw new WireError("no-such-stream", `The other end names stream ${list.stream}.`);
    }
    // The mover gets the bytes; that there are none left says that the answer is in.
    this.#retained.set(number, { ...retained, bytes: more ? bytes : NONE, asked });
    if (ranges.length === 0) return;
    const checked = list.bases.map((basis) => checkedBasis(basis, retained.entries));
    // Whoever has not said that he knows what becomes of them is sent everything.
    const bases = this.differences ? checked : [];
    for (const { values } of bases) this.#holdValues(values.length);
    mover.say({
      type: "send",
      number,
      batch: bytes,
      ranges,
      weight: more ? 0 : weight,
      bases,
      more,
    });
  }

  /** Values of a file that is being sent, or has been: then they come too late. */
  #moreValues(told: Values): void {
    const mover = this.crew[told.stream];
    if (!this.#mayTell || mover === undefined || told.batch > this.#last) {
      throw new WireError("basis", "The other end tells of what it has not asked for.");
    }
    const retained = this.#retained.get(told.batch);
    const { batch: number, entry, first, more } = told;
    const values = checkedValues(told, retained?.entries);
    if (retained === undefined || !this.differences) return;
    const cost = values.length + MESSAGE_COST;
    this.#holdValues(cost);
    mover.say({ type: "values", number, entry, first, values, more, cost });
  }

  /**
   * Whether the other end may tell what it has. It hears of --resume before this end hears whether
   * it knows of differences.
   */
  get #mayTell(): boolean {
    return this.differences || this.job.resume !== undefined;
  }

  #holdValues(bytes: number): void {
    this.#values += bytes;
    if (this.#values > VALUES_MOST) {
      throw new WireError("basis", "The other end tells of more than it may have of files.");
    }
  }

  /** What lies in directories that have just been made is not waited for. */
  #tellMade({ batch: number, made }: NeedList, { asked, entries }: Retained): void {
    if (made.length === 0) return;
    if (asked > 0 || this.#removing) {
      throw new WireError("ranges", "It tells late what it has made.");
    }
    const directories = decodeRanges(made, entries);
    if (!this.#scanning) return;
    for (const mover of this.crew) mover.say({ type: "made", number, entries: directories });
  }

  /** How many entries of a batch have been asked for with this list: each once. */
  #countAsked({ ranges, more, bases }: NeedList, { asked, entries }: Retained): number {
    const now = decodeRanges(ranges, entries).length;
    const isMore = more || asked > 0;
    const isProper = asked + now <= entries && (now > 0 || asked === 0) && bases.length <= now;
    if (!isProper || ((isMore || bases.length > 0) && !this.#mayTell)) {
      throw new WireError("ranges", "The other end asks for more of a batch than it may.");
    }
    return asked + now;
  }

  #remove(list: NeedList): void {
    if (!this.#removing) {
      throw new WireError("not-a-move", "The other end removes from the source.");
    }
    const retained = this.#answered(list);
    const { bytes } = retained;
    const { batch: number, ranges } = list;
    this.#retained.set(number, { ...retained, bytes: NONE });
    this.crew[0]?.say({ type: "remove", number, batch: bytes, ranges });
  }

  #settle(number: number): void {
    const retained = this.#retained.get(number);
    if (retained === undefined) return;
    this.#retained.delete(number);
    const { share } = retained;
    const before = Atomics.sub(this.scanWords, ScanWord.Window, share);
    // Movers that found no room look again.
    const wasFull = before >= WINDOW_ENTRIES && before - share < WINDOW_ENTRIES;
    if (wasFull) { for (const mover of [...this.crew, ...this.scouts]) mover.waker.wake(); }
    this.#announce();
  }

  /** The main thread's row of counters: progress that no mover counts. */
  #count(weight: number): void {
    this.memory.counters[Counter.Fraction] = (this.memory.counters[Counter.Fraction] ?? 0) + weight;
  }

  #scanAgain(
    rescan: {
      readonly source: number;
      readonly path: Uint8Array;
      readonly names: readonly Uint8Array[];
      readonly flags: number;
    },
  ): void {
    const { source, flags } = rescan;
    const isProper = source < this.job.sources.length && isRelativePath(rescan.path) &&
      rescan.names.length > 0 && rescan.names.every(isEntryName);
    if (!isProper) throw new WireError("rescan", "The other end asks for what is no entry.");
    // Each name at most once as a link, and once more when its place has been cleared.
    this.#asked += rescan.names.length;
    if (this.#scanning || this.#asked > 2 * this.#told) {
      throw new WireError("rescan", "The other end asks for more than it was told of.");
    }
    const names = new PackedNames();
    for (const name of rescan.names) names.add(name, Kind.Unknown);
    const path = new Uint8Array(rescan.path.length + 1);
    path.set(rescan.path);
    const task: ScanTask = {
      source,
      path,
      parent: 0,
      parentEntry: 0,
      names: names.finish(),
      flags,
      removes: false,
      listed: undefined,
      weight: 0,
    };
    this.#scanTasks([task]);
  }
}
