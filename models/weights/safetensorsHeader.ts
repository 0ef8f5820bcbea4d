import type { ElementType } from '../graph/elementType.ts';
import { byteLength, type WeightInfo } from './weightSource.ts';
import { WeightsError, type WeightsErrorCode } from './weightsError.ts';

/** The format's own limit for the JSON header. */
export const MAX_HEADER_BYTES = 100_000_000;

const elementTypeOf: ReadonlyMap<string, ElementType> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['F8_E4M3', 'float8e4m3'],
  ['F8_E5M2', 'float8e5m2'],
  ['BOOL', 'bool'],
] as const);

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, WeightInfo>;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface HeaderPlace {
  readonly path: string;
  /** For messages. */
  readonly file: string;
  /** Where the tensors' bytes begin: 8 + the header's length. */
  readonly dataStart: number;
  readonly fileSize: number;
}

/**
 * Reads a .safetensors JSON header (huggingface/safetensors, README "Format") and checks all that it claims: every
 * tensor of a known type, its length as its shape says, and all of them together exactly the rest of the file, without
 * overlaps and gaps: else its length is a lie, and every tensor would be read from the wrong place.
 */
export function parseSafetensorsHeader(json: string, place: HeaderPlace): SafetensorsHeader {
  const { file } = place;
  const entries = parseObject(json, file);
  const tensors = new Map<string, WeightInfo>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of entries) {
    if (name === '__metadata__') {
      metadata = parseMetadata(value, file);
      continue;
    }
    const { info, begin, end } = parseEntry(name, value, place);
    tensors.set(name, info);
    ranges.push({ name, begin, end });
  }
  checkRanges(ranges, place);
  return { tensors, metadata };
}

/** `Object.entries` of the header, after making sure that JSON.parse did not silently drop a repeated name. */
function parseObject(json: string, file: string): [string, unknown][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    fail('header', file, 'the header is not valid JSON');
  }
  if (!isRecord(parsed)) fail('header', file, 'the header is not a JSON object');
  const names = topLevelNames(json);
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) fail('duplicate-name', file, `two tensors are called '${name}'`);
    if (name === '__proto__') fail('header', file, `'__proto__' cannot be a tensor's name`);
    seen.add(name);
  }
  return Object.entries(parsed);
}

/** The names of a valid JSON object's own members, repeated ones included. */
function topLevelNames(json: string): string[] {
  const names: string[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  let depth = 0;
  let last = '';
  for (const [text] of json.matchAll(token)) {
    if (text === '{' || text === '[') depth++;
    else if (text === '}' || text === ']') depth--;
    else if (text === ':' && depth === 1) names.push(JSON.parse(last) as string);
    last = text;
  }
  return names;
}

function parseMetadata(value: unknown, file: string): ReadonlyMap<string, string> {
  if (!isRecord(value)) fail('header', file, '__metadata__ is not a JSON object');
  return new Map(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

function parseEntry(name: string, value: unknown, place: HeaderPlace) {
  const { file, path, dataStart } = place;
  if (!isRecord(value)) fail('header', file, `tensor '${name}' is not described by an object`);
  const dtype = elementTypeOf.get(String(value['dtype']));
  if (!dtype) {
    const known = [...elementTypeOf.keys()].join(', ');
    const found = `has the element type ${JSON.stringify(value['dtype'])}`;
    fail('dtype', file, `tensor '${name}' ${found}; expected one of ${known}`);
  }
  const shape = value['shape'];
  if (!isSizes(shape))
    fail('header', file, `tensor '${name}' has the shape ${JSON.stringify(shape)}; expected a list of sizes`);
  const offsets = value['data_offsets'];
  if (!isSizes(offsets) || offsets.length !== 2) {
    const found = `has the data_offsets ${JSON.stringify(offsets)}`;
    fail('offsets', file, `tensor '${name}' ${found}; expected where its bytes begin and end`);
  }
  const [begin, end] = offsets as [number, number];
  const info: WeightInfo = { dtype, shape, place: { path, offset: dataStart + begin } };
  const expected = byteLength(info);
  if (end - begin !== expected) {
    const found = `data_offsets ${begin} to ${end}`;
    fail(
      'offsets',
      file,
      `tensor '${name}' of shape [${shape.join(', ')}] needs ${expected} bytes, found ${found}`,
    );
  }
  return { info, begin, end };
}

function checkRanges(ranges: { name: string; begin: number; end: number }[], place: HeaderPlace): void {
  const available = place.fileSize - place.dataStart;
  const ordered = ranges.filter((range) => range.end > range.begin).sort((a, b) => a.begin - b.begin);
  let end = 0;
  let previous = 'the header';
  for (const range of ordered) {
    if (range.end > available) {
      const found = `bytes ${range.begin} to ${range.end}, the file holds ${available}`;
      fail(
        'offsets',
        place.file,
        `tensor '${range.name}' reaches outside the file: ${found} (is it complete?)`,
      );
    }
    if (range.begin < end) fail('offsets', place.file, `the tensors ${previous} and '${range.name}' overlap`);
    if (range.begin > end) {
      const gap = `${range.begin - end} bytes between ${previous} and '${range.name}' belong to no tensor`;
      fail('offsets', place.file, gap);
    }
    end = range.end;
    previous = `'${range.name}'`;
  }
  if (end < available)
    fail('offsets', place.file, `the last ${available - end} bytes of the file belong to no tensor`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function fail(code: WeightsErrorCode, file: string, message: string): never {
  throw new WeightsError(code, file, message);
}
