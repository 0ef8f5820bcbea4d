import { PickleEndError, PickleError } from './pickleError.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const NEWLINE = 10;

/** Reads a pickle's operands, little-endian, and never beyond the end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    // Not a Buffer, whose slices are no copies.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }
  /** A length of 8 bytes. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#skip(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new PickleError(`a length of ${value} bytes is claimed`);
    return Number(value);
  }
  /** The only operand that is big-endian. */
  f64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }
  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.slice(start, start + length);
  }
  text(length: number): string {
    return decodeText(this.bytes(length));
  }
  /** A line without its end. */
  line(): string {
    const end = this.#bytes.indexOf(NEWLINE, this.at);
    if (end < 0) throw new PickleEndError(`a line that begins at byte ${this.at} has no end`);
    const text = decodeText(this.#bytes.slice(this.at, end));
    this.at = end + 1;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  #skip(length: number): number {
    const start = this.at;
    if (length < 0) throw new PickleError(`a length of ${length} bytes is claimed at byte ${start}`);
    if (start + length > this.#bytes.length)
      throw new PickleEndError(
        `${length} bytes are claimed at byte ${start}, ${this.#bytes.length - start} are left`,
      );
    this.at = start + length;
    return start;
  }
}

/** Python 2 strings are bytes: UTF-8 as a rule, else every byte is taken for a letter (Latin-1). */
function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
