/** The C library, bound through FFI. */
import {
  type AttributeCalls,
  attributeCalls,
  type CoreCalls,
  coreCalls,
  type DirectoryCalls,
  directoryCalls,
  type FileCalls,
  fileCalls,
  type LinkTargetCalls,
  linkTargetCalls,
  type NamedAttributeCalls,
  namedAttributeCalls,
  type PathAttributeCalls,
  pathAttributeCalls,
  type SendCalls,
  sendCalls,
  type TreeCalls,
  treeCalls,
  type WalkCalls,
  walkCalls,
  type WriteCalls,
  writeCalls,
} from "./calls.ts";
import {
  ATTRIBUTE,
  CORE,
  DIRECTORY,
  FILE,
  LINK_TARGET,
  MEMORY,
  type MemoryLibc,
  NAMED_ATTRIBUTE,
  PATH_ATTRIBUTE,
  RARE,
  type RareLibc,
  SEND,
  THREAD,
  type ThreadLibc,
  TREE,
  WALK,
  WRITE,
} from "./symbols.ts";

const LIBRARY = "libc.so.6";

/** The C library of one thread, with a view of that thread's errno. */
export class Libc {
  /** What is bound in this thread now. */
  static #shared: Libc | undefined;

  readonly core: CoreCalls;
  readonly errno: Int32Array;
  readonly #open: { close(): void }[] = [];
  #users = 0;
  #walk: WalkCalls | undefined;
  #write: WriteCalls | undefined;
  #send: SendCalls | undefined;
  #file: FileCalls | undefined;
  #directory: DirectoryCalls | undefined;
  #attribute: AttributeCalls | undefined;
  #namedAttribute: NamedAttributeCalls | undefined;
  #pathAttribute: PathAttributeCalls | undefined;
  #linkTarget: LinkTargetCalls | undefined;
  #tree: TreeCalls | undefined;
  #thread: ThreadLibc | undefined;
  #memory: MemoryLibc | undefined;
  #rare: RareLibc | undefined;

  /**
   * The library, for somebody who gives it back. Binding a function takes 0.15 ms, so all who use it
   * at one time use the same. Throws when FFI is not permitted or the library is not there.
   */
  static take(): Libc {
    const libc = Libc.#shared ??= new Libc();
    libc.#users++;
    return libc;
  }

  private constructor() {
    const libc = this.#bind(CORE);
    this.core = coreCalls(libc);
    this.errno = errnoOf(libc);
  }

  get walk(): WalkCalls {
    return this.#walk ??= walkCalls(this.#bind(WALK));
  }

  get write(): WriteCalls {
    return this.#write ??= writeCalls(this.#bind(WRITE));
  }

  get send(): SendCalls {
    return this.#send ??= sendCalls(this.#bind(SEND));
  }

  get file(): FileCalls {
    return this.#file ??= fileCalls(this.#bind(FILE));
  }

  get directory(): DirectoryCalls {
    return this.#directory ??= directoryCalls(this.#bind(DIRECTORY));
  }

  get attribute(): AttributeCalls {
    return this.#attribute ??= attributeCalls(this.#bind(ATTRIBUTE));
  }

  get namedAttribute(): NamedAttributeCalls {
    return this.#namedAttribute ??= namedAttributeCalls(this.#bind(NAMED_ATTRIBUTE));
  }

  get pathAttribute(): PathAttributeCalls {
    return this.#pathAttribute ??= pathAttributeCalls(this.#bind(PATH_ATTRIBUTE));
  }

  get linkTarget(): LinkTargetCalls {
    return this.#linkTarget ??= linkTargetCalls(this.#bind(LINK_TARGET));
  }

  get tree(): TreeCalls {
    return this.#tree ??= treeCalls(this.#bind(TREE));
  }

  get thread(): ThreadLibc {
    return this.#thread ??= this.#bind(THREAD);
  }

  get memory(): MemoryLibc {
    return this.#memory ??= this.#bind(MEMORY);
  }

  get rare(): RareLibc {
    return this.#rare ??= this.#bind(RARE);
  }

  /** Unbinds all when nobody uses it; the library itself stays loaded, Deno uses it too. */
  give(): void {
    if (--this.#users > 0) return;
    Libc.#shared = undefined;
    for (const library of this.#open) library.close();
    this.#open.length = 0;
  }

  #bind<Symbols extends Deno.ForeignLibraryInterface>(
    symbols: Symbols,
  ): Deno.StaticForeignLibraryInterface<Symbols> {
    const library = Deno.dlopen(LIBRARY, symbols);
    this.#open.push(library);
    return library.symbols;
  }
}

/** What libc says of this thread's last failure, as a view. Throws where it says none. */
export function errnoOf(libc: { __errno_location(): Deno.PointerValue }): Int32Array {
  const location = libc.__errno_location();
  if (location === null) throw new Error("libc gives no errno");
  return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
}
