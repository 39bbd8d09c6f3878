import type { Carry } from "./control.ts";
import { LinkError } from "./link_error.ts";
import type { MessageStream } from "./message_stream.ts";
import { CHUNK_BYTES, decodeChunk, encodeData } from "./messages.ts";

/** Reads a chunk of the peer's. */
export function readChunk(
  bytes: Uint8Array,
  peer: string,
): { token: Uint8Array; data: Uint8Array } {
  try {
    return decodeChunk(bytes);
  } catch {
    throw new LinkError("bad-frame", `A chunk that cannot be read came from ${peer}.`);
  }
}

/** A data stream in chunks over a call. */
export class CarryStream implements Carry {
  readonly #stream: MessageStream;
  readonly #peer: string;
  readonly #closed: () => void;
  /** What of the last chunk has not been read. */
  #rest: Uint8Array = new Uint8Array();

  /** @param closed called when both halves were ended here */
  constructor(stream: MessageStream, peer: string, closed: () => void) {
    this.#stream = stream;
    this.#peer = peer;
    this.#closed = closed;
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#rest.length === 0) {
      const chunk = await this.readChunk();
      if (chunk === null) return null;
      this.#rest = chunk;
    }
    const count = Math.min(into.length, this.#rest.length);
    into.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  async readChunk(): Promise<Uint8Array | null> {
    if (this.#rest.length > 0) {
      const rest = this.#rest;
      this.#rest = new Uint8Array();
      return rest;
    }
    while (true) {
      const bytes = await this.#stream.read();
      if (bytes === undefined) return null;
      const { data } = readChunk(bytes, this.#peer);
      if (data.length > 0) return data;
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      await this.#stream.write(encodeData(bytes.subarray(at, at + CHUNK_BYTES)));
    }
    return bytes.length;
  }

  closeWrite(): void {
    this.#stream.end();
  }

  close(): void {
    this.#stream.break(new LinkError("closed", `The stream to ${this.#peer} has been closed.`));
    this.#closed();
  }
}
