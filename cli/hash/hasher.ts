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
import { isStdin } from "../input/read_file.ts";
import { openFollowing, terminated } from "../input/open.ts";
import { type Visitor, walk } from "./walk.ts";

/** Reads into the window: how many bytes, 0 at the end, a negated errno on failure. */
type Read = (window: Uint8Array<ArrayBuffer>) => number;

const encoder = new TextEncoder();

/** Prints the hashes of paths one after the other, and counts what failed. */
export class PathHasher implements Visitor {
  /** Entries that could not be read. */
  failures = 0;
  /** Printed names that b3sum --check will not find. */
  inexactNames = 0;
  readonly #hash = new Blake3();
  readonly #atTerminal: boolean;
  #sys: Sys | undefined;

  constructor(readonly console: Console, readonly program: string) {
    this.#atTerminal = console.output.isTerminal();
  }

  /** Hashes a file, all files below a directory, or standard input. */
  async add(path: Argument): Promise<void> {
    const bytes = typeof path === "string" ? encoder.encode(path) : path;
    if (typeof path === "string" && isStdin(path)) return this.#addStdin(bytes);
    const sys = await this.#floor();
    const directory = sys.openRoot(terminated(bytes));
    if (directory >= 0) return walk(sys, directory, bytes, this);
    const file = directory === -Errno.ENOTDIR ? openFollowing(sys, bytes) : directory;
    if (file >= 0) this.#printHandle(sys, file, bytes);
    else if (typeof path === "string") this.#addByText(path, bytes, file);
    else this.failure(bytes, file);
  }

  file(path: Uint8Array<ArrayBuffer>, directory: Handle, name: Name): void {
    const sys = this.#sys;
    if (sys === undefined || this.console.outputLost) return;
    const file = sys.openRead(directory, name);
    if (file < 0) this.failure(path, file);
    else this.#printHandle(sys, file, path);
  }

  failure(path: Uint8Array<ArrayBuffer>, result: number): void {
    this.#fail(path, errnoWords(-result));
  }

  #addStdin(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      this.#print(bytes, (window) => Deno.stdin.readSync(window) ?? 0);
    } catch (error) {
      this.#fail(bytes, reasonOf(error));
    }
  }

  /** What the floor does not open, pipes and devices, Deno may. */
  #addByText(path: string, bytes: Uint8Array<ArrayBuffer>, result: number): void {
    try {
      using file = Deno.openSync(path);
      this.#print(bytes, (window) => file.readSync(window) ?? 0);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) this.failure(bytes, result);
      else this.#fail(bytes, reasonOf(error));
    }
  }

  #printHandle(sys: Sys, file: Handle, path: Uint8Array<ArrayBuffer>): void {
    this.#print(path, (window) => sys.read(file, window, window.length));
    sys.close(file);
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
    if (!canBeChecked(path)) this.inexactNames++;
  }

  #fail(path: Uint8Array<ArrayBuffer>, reason: string): void {
    this.failures++;
    this.console.tell(`${this.program}: Cannot read "${displayPath(path)}": ${reason}`);
  }

  async #floor(): Promise<Sys> {
    if (this.#sys) return this.#sys;
    const { sys, warning } = await openSys();
    if (warning) this.console.tell(`${this.program}: ${warning}`);
    return this.#sys = sys;
  }
}
