import type { FileHandle } from 'node:fs/promises';
import { PbfReader } from 'pbf';
import { readRange } from '../fileRange.ts';
import { WeightsError } from '../weightsError.ts';

/** A stretch of a file that holds a message or a value. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ProtobufField extends Span {
  readonly number: number;
  /** The value of a whole number, whose span is empty. */
  readonly value: number;
}

/** A key and a length are at most ten bytes each. */
const HEADER_BYTES = 20;
const WINDOW_BYTES = 65_536;
/** VGG-19's file has some six hundred. */
const MOST_FIELDS = 100_000;
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/**
 * A protobuf message in a file, read field by field without what the fields hold: half a gigabyte of weights costs a few
 * kilobytes. Every length is checked against the message around it. Throws WeightsError `container`.
 */
export class ProtobufFile {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #file: string;
  #window: Span & { readonly bytes: Uint8Array } = { start: 0, end: 0, bytes: new Uint8Array(0) };
  #fields = 0;

  constructor(handle: FileHandle, { size, file }: { readonly size: number; readonly file: string }) {
    this.#handle = handle;
    this.size = size;
    this.#file = file;
  }

  /** The fields of a message, in order. */
  async *fields({ start, end }: Span): AsyncGenerator<ProtobufField> {
    for (let at = start; at < end;) {
      if (++this.#fields > MOST_FIELDS) this.fail(`it has more than ${MOST_FIELDS} fields`);
      const field = await this.#fieldAt(at, end);
      yield field;
      at = field.end;
    }
  }

  /** What a field holds. Throws for more than `most` bytes. */
  async bytes({ start, end }: Span, most: number): Promise<Uint8Array> {
    if (end - start > most)
      this.fail(`a field at byte ${start} has ${end - start} bytes, expected ${most} at most`);
    return this.#read(start, end - start);
  }

  fail(what: string): never {
    throw new WeightsError('container', this.#file, `this is no Caffe model that can be read: ${what}`);
  }

  async #fieldAt(at: number, end: number): Promise<ProtobufField> {
    const reader = new PbfReader(await this.#read(at, Math.min(HEADER_BYTES, end - at)));
    const key = this.#varint(reader, at);
    const [number, type] = [Math.floor(key / 8), key % 8];
    const value = type === VARINT || type === BYTES ? this.#varint(reader, at) : 0;
    const start = at + reader.pos;
    const length = type === BYTES ? value : type === FIXED64 ? 8 : type === FIXED32 ? 4 : 0;
    if (number === 0 || ![VARINT, FIXED64, BYTES, FIXED32].includes(type))
      this.fail(`at byte ${at} no field begins`);
    if (start + length > end)
      this.fail(
        `a field at byte ${at} reaches to byte ${start + length}, but what it is part of ends at ${end}`,
      );
    return { number, value, start, end: start + length };
  }

  #varint(reader: PbfReader, at: number): number {
    let value = NaN;
    try {
      value = reader.readVarint();
    } catch {
      // What has no end within ten bytes is told below.
    }
    if (!Number.isSafeInteger(value) || value < 0 || reader.pos > reader.length)
      this.fail(`at byte ${at} no field begins`);
    return value;
  }

  async #read(start: number, length: number): Promise<Uint8Array> {
    if (start < this.#window.start || start + length > this.#window.end) {
      const end = Math.min(this.size, start + Math.max(length, WINDOW_BYTES));
      const bytes = await readRange(this.#handle, { offset: start, length: end - start, file: this.#file });
      this.#window = { start, end, bytes };
    }
    const from = start - this.#window.start;
    return this.#window.bytes.subarray(from, from + length);
  }
}
