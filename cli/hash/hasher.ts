import { Blake3, inputWindow, toHex } from "../../core/digest/mod.ts";
import { displayPath } from "../../core/entry/display.ts";
import {
  Errno,
  errnoWords,
  type Handle,
  type Name,
  openSys,
  type Sys,
} from "../../core/sys/mod.ts";
import type { Argument } from "../arguments/invocation.ts";
import type { Console } from "../output/console.ts";
import { reasonOf } from "../output/reason.ts";
import { canBeChecked, hashLine } from "./line.ts";
import { split, type Visitor, walk } from "./walk.ts";

/** Reads into the window: how many bytes, 0 at the end, a negated errno on failure. */
type Read = (window: Uint8Array<ArrayBuffer>) => number;

const encoder = new TextEncoder();

/** Prints the hashes of paths one after the other, and counts what failed. */
export class PathHasher implements Visitor {
  /** Entries that could not be read. */
  failures = 0;
  /** Whether the names it printed can be read back by b3sum. */
  unreadableNames = 0;
  readonly #hash = new Blake3();
  readonly #atTerminal: boolean;
  #sys: Sys | undefined;

  constructor(readonly console: Console) {
    this.#atTerminal = console.output.isTerminal();
  }

  /** Hashes a file, all files below a directory, or standard input. */
  async add(path: Argument): Promise<void> {
    const bytes = typeof path === "string" ? encoder.encode(path) : path;
    if (path === "-") this.#print(bytes, (window) => Deno.stdin.readSync(window) ?? 0);
    else if (typeof path === "string" && !isDirectory(path)) this.#addByText(path, bytes);
    else this.#addByBytes(await this.#floor(), bytes);
  }

  file(path: Uint8Array<ArrayBuffer>, directory: Handle, name: Name): void {
    const sys = this.#sys;
    if (sys === undefined || this.console.outputLost) return;
    const file = sys.openRead(directory, name);
    if (file < 0) return this.failure(path, file);
    this.#print(path, (window) => sys.read(file, window, window.length));
    sys.close(file);
  }

  failure(path: Uint8Array<ArrayBuffer>, result: number): void {
    this.#fail(path, errnoWords(-result));
  }

  /** Deno's own calls follow links and read pipes, as is right for what the user named. */
  #addByText(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    try {
      using file = Deno.openSync(path);
      this.#print(bytes, (window) => file.readSync(window) ?? 0);
    } catch (error) {
      this.#fail(bytes, reasonOf(error));
    }
  }

  #addByBytes(sys: Sys, path: Uint8Array<ArrayBuffer>): void {
    const whole = new Uint8Array(path.length + 1);
    whole.set(path);
    const directory = sys.openRoot(whole);
    if (directory >= 0) return walk(sys, directory, path, this);
    if (directory !== -Errno.ENOTDIR) return this.failure(path, directory);
    const { parent, name } = split(path);
    const holder = sys.openRoot(parent);
    if (holder < 0) return this.failure(path, holder);
    this.file(path, holder, name);
    sys.close(holder);
  }

  #print(path: Uint8Array<ArrayBuffer>, read: Read): void {
    const window = inputWindow();
    this.#hash.reset();
    for (;;) {
      const length = read(window);
      if (length < 0) return this.failure(path, length);
      if (length === 0) break;
      this.#hash.updateFromWindow(length);
    }
    this.console.print(hashLine(toHex(this.#hash.digest()), path, this.#atTerminal));
    if (!canBeChecked(path)) this.unreadableNames++;
  }

  #fail(path: Uint8Array<ArrayBuffer>, reason: string): void {
    this.failures++;
    this.console.tell(`blit: Cannot read "${displayPath(path)}": ${reason}`);
  }

  async #floor(): Promise<Sys> {
    if (this.#sys) return this.#sys;
    const { sys, warning } = await openSys();
    if (warning) this.console.tell(`blit: ${warning}`);
    return this.#sys = sys;
  }
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
