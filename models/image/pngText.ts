import { crc32, inflateSync } from 'node:zlib';
import { PictureError } from './pictureError.ts';

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Text longer than this, unpacked, is refused: a workflow takes kilobytes. */
const maxTextBytes = 32 * 2 ** 20;

interface Chunk {
  readonly type: string;
  /** Where the chunk starts and ends in the file, length field and CRC included. */
  readonly start: number;
  readonly end: number;
  readonly data: Buffer;
  readonly crc: number;
}

/**
 * The PNG with one iTXt chunk (UTF-8, not compressed) per keyword, right after its header; a text already there under the
 * same keyword is replaced. Keywords: 1 to 79 Latin-1 characters. Throws PictureError `bad-png`.
 */
export function embedText(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const file = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const parts: Buffer[] = [signature];
  for (const chunk of chunksOf(file)) {
    const keyword = textTypes.has(chunk.type) ? keywordOf(chunk) : undefined;
    if (keyword !== undefined && Object.hasOwn(texts, keyword)) continue;
    parts.push(file.subarray(chunk.start, chunk.end));
    if (chunk.type === 'IHDR')
      parts.push(...Object.entries(texts).map(([key, text]) => textChunk(key, text)));
  }
  return Buffer.concat(parts);
}

/**
 * Text chunks (tEXt, zTXt, iTXt) by keyword; of several with one keyword, the first. Throws PictureError `bad-png` for a
 * file that is no PNG, ends inside a chunk, or has text with a wrong CRC or of more than 32 MiB.
 */
export function readText(png: Uint8Array): Record<string, string> {
  const texts = new Map<string, string>();
  let total = 0;
  for (const chunk of chunksOf(Buffer.from(png.buffer, png.byteOffset, png.byteLength))) {
    if (!textTypes.has(chunk.type)) continue;
    if (crc32(chunk.data, crc32(chunk.type)) !== chunk.crc) {
      throw new PictureError(
        'bad-png',
        `The PNG's text chunk at byte ${chunk.start} is damaged: its CRC is wrong.`,
      );
    }
    const keyword = keywordOf(chunk);
    const text = textOf(chunk, keyword.length + 1);
    total += text.length;
    if (total > maxTextBytes) throw tooMuchText();
    if (!texts.has(keyword)) texts.set(keyword, text);
  }
  return Object.fromEntries(texts);
}

const textTypes: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt']);

function* chunksOf(file: Buffer): Generator<Chunk> {
  if (!file.subarray(0, 8).equals(signature)) {
    throw new PictureError('bad-png', 'The file is no PNG: it does not begin with the PNG signature.');
  }
  for (let start = 8; start < file.length;) {
    const length = start + 8 <= file.length ? file.readUInt32BE(start) : Infinity;
    const end = start + 12 + length;
    if (end > file.length) {
      throw new PictureError('bad-png', `The PNG ends inside the chunk that begins at byte ${start}.`);
    }
    const type = file.toString('latin1', start + 4, start + 8);
    const data = file.subarray(start + 8, end - 4);
    yield { type, start, end, data, crc: file.readUInt32BE(end - 4) };
    if (type === 'IEND') return;
    start = end;
  }
}

function keywordOf({ data, start }: Chunk): string {
  const end = data.indexOf(0);
  if (end < 1 || end > 79) {
    throw new PictureError(
      'bad-png',
      `The PNG's text chunk at byte ${start} has no keyword of 1 to 79 characters.`,
    );
  }
  return data.toString('latin1', 0, end);
}

function textOf({ type, data }: Chunk, offset: number): string {
  if (type === 'tEXt') return data.toString('latin1', offset);
  if (type === 'zTXt') return inflate(data.subarray(offset + 1)).toString('latin1');
  const compressed = data[offset] === 1;
  const afterLanguage = data.indexOf(0, offset + 2) + 1;
  const afterTranslation = data.indexOf(0, afterLanguage) + 1;
  const body = data.subarray(afterTranslation);
  return (compressed ? inflate(body) : body).toString('utf8');
}

function inflate(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: maxTextBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooMuchText();
    throw new PictureError('bad-png', 'A compressed text in the PNG is damaged.', { cause: error });
  }
}

function tooMuchText(): PictureError {
  return new PictureError('bad-png', `The PNG holds more than ${maxTextBytes / 2 ** 20} MiB of text.`);
}

function textChunk(keyword: string, text: string): Buffer {
  // The pattern asks for printable Latin-1, which is what the PNG specification allows in keywords.
  if (!/^[\x20-\x7e\xa1-\xff]{1,79}$/.test(keyword)) {
    throw new PictureError(
      'bad-png',
      `A PNG keyword has 1 to 79 Latin-1 characters, found "${keyword.slice(0, 80)}".`,
    );
  }
  // Keyword, 0, not compressed (0, 0), no language (0), no translated keyword (0), text.
  const data = Buffer.concat([Buffer.from(`iTXt${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length - 4);
  crc.writeUInt32BE(crc32(data));
  return Buffer.concat([length, data, crc]);
}
