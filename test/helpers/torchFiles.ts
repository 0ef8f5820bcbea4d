import { crc32 } from 'node:zlib';

/** Writes what `torch.save` and a hostile hand would write, byte by byte. */

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Bytes, one letter for each, or their values. */
export type Part = string | Uint8Array | readonly number[];

export function join(...parts: readonly Part[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? ascii(part) : Uint8Array.from(part))));
}

const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const text = (value: string): Uint8Array => {
  const bytes = new TextEncoder().encode(value);
  return join('X', u32(bytes.length), bytes);
};
const integer = (value: number): Uint8Array => join('J', new Uint8Array(Int32Array.of(value).buffer));
const tuple = (...items: Uint8Array[]): Uint8Array => join('(', ...items, 't');
const global = (module: string, name: string): Uint8Array => join('c', `${module}\n${name}\n`);

export interface TorchTensor {
  readonly storage: string;
  /** `FloatStorage` unless given. */
  readonly type?: string;
  /** Elements that the storage is said to have. */
  readonly elements: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

function tensor({
  storage,
  type = 'FloatStorage',
  elements,
  offset = 0,
  shape,
  strides,
}: TorchTensor): Uint8Array {
  const reference = tuple(
    text('storage'),
    global('torch', type),
    text(storage),
    text('cpu'),
    integer(elements),
  );
  const sizes = (list: readonly number[]) => tuple(...list.map(integer));
  const args = tuple(
    join(reference, 'Q'),
    integer(offset),
    sizes(shape),
    sizes(strides),
    ascii('\x89'),
    ascii('N'),
  );
  return join(global('torch._utils', '_rebuild_tensor_v2'), args, 'R');
}

/** A pickled dict of tensors; `before` comes first in it. */
export function statePickle(
  tensors: Readonly<Record<string, TorchTensor>>,
  before: readonly Uint8Array[] = [],
): Uint8Array {
  const items = Object.entries(tensors).flatMap(([name, value]) => [text(name), tensor(value)]);
  return join('\x80\x02}(', ...before, ...items, 'u.');
}

export const pickled = { text, integer, tuple, global };

/** Data that lies packed in an archive, with the size that it is said to have. */
export interface Packed {
  readonly packed: Uint8Array;
  readonly claimed: number;
}

/** A zip archive; entries are stored as they are, but for packed ones (deflate). */
export function zip(entries: Readonly<Record<string, Uint8Array | Packed>>): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const isPacked = 'packed' in entry;
    const data = isPacked ? entry.packed : entry;
    const method = [isPacked ? 8 : 0, 0];
    const size = isPacked ? entry.claimed : data.length;
    const sum = isPacked ? 0 : crc32(data);
    const sizes = join(u32(sum), u32(data.length), u32(size), [name.length, 0, 0, 0]);
    const local = join('PK\x03\x04', [20, 0, 0, 0], method, [0, 0, 0, 0], sizes, name, data);
    const rest = join([0, 0, 0, 0, 0, 0], u32(0), u32(offset));
    directory.push(join('PK\x01\x02', [20, 0, 20, 0, 0, 0], method, [0, 0, 0, 0], sizes, rest, name));
    locals.push(local);
    offset += local.length;
  }
  const count = directory.length;
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = join('PK\x05\x06', [0, 0, 0, 0, count, 0, count, 0], u32(size), u32(offset), [0, 0]);
  return join(...locals, ...directory, end);
}

/** As `torch.save` lays out its archives. */
export function torchZip(pickle: Uint8Array, storages: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes] as const);
  return zip({ 'archive/data.pkl': pickle, ...Object.fromEntries(data), 'archive/version': ascii('3\n') });
}
