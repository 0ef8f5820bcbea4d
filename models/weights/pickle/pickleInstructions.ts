import type { PickleMachine } from './pickleMachine.ts';
import {
  PickleDict,
  PickleGlobal,
  PickleObject,
  PickleSequence,
  PersistentId,
  type PickleValue,
} from './pickleValue.ts';
import { reduce } from './reduce.ts';

type Instruction = (machine: PickleMachine) => void;

/** Integers beyond this many bytes are no number that a model file needs. */
const MAX_INTEGER_BYTES = 64;

const constant =
  (value: PickleValue): Instruction =>
  (m) =>
    m.push(value);
const pushed =
  (read: (m: PickleMachine) => PickleValue): Instruction =>
  (m) =>
    m.push(read(m));
const global = (module: PickleValue, name: PickleValue): PickleGlobal =>
  new PickleGlobal(`${text(module)}.${text(name)}`);
const text = (value: PickleValue): string => (typeof value === 'string' ? value : '?');

const numbers: Readonly<Record<string, Instruction>> = {
  I: pushed(({ cursor }) => {
    const line = cursor.line();
    return line === '00' ? false : line === '01' ? true : decimal(line);
  }),
  J: pushed(({ cursor }) => cursor.i32()),
  K: pushed(({ cursor }) => cursor.u8()),
  M: pushed(({ cursor }) => cursor.u16()),
  L: pushed(({ cursor }) => decimal(cursor.line().replace(/L$/, ''))),
  '\x8a': pushed((m) => integer(m, m.cursor.u8())),
  '\x8b': pushed((m) => integer(m, m.cursor.i32())),
  F: pushed(({ cursor }) => Number(cursor.line())),
  G: pushed(({ cursor }) => cursor.f64()),
  N: constant(null),
  '\x88': constant(true),
  '\x89': constant(false),
};

const strings: Readonly<Record<string, Instruction>> = {
  S: pushed(({ cursor }) => cursor.line().replace(/^(['"])(.*)\1$/, '$2')),
  T: pushed(({ cursor }) => cursor.text(cursor.i32())),
  U: pushed(({ cursor }) => cursor.text(cursor.u8())),
  V: pushed(({ cursor }) => cursor.line()),
  X: pushed(({ cursor }) => cursor.text(cursor.u32())),
  '\x8c': pushed(({ cursor }) => cursor.text(cursor.u8())),
  '\x8d': pushed(({ cursor }) => cursor.text(cursor.u64())),
  B: pushed(({ cursor }) => cursor.bytes(cursor.u32())),
  C: pushed(({ cursor }) => cursor.bytes(cursor.u8())),
  '\x8e': pushed(({ cursor }) => cursor.bytes(cursor.u64())),
  '\x96': pushed(({ cursor }) => cursor.bytes(cursor.u64())),
};

const containers: Readonly<Record<string, Instruction>> = {
  ']': pushed(() => new PickleSequence([])),
  ')': pushed(() => new PickleSequence([])),
  '}': pushed(() => new PickleDict()),
  '\x8f': pushed(() => new PickleSequence([])),
  l: pushed((m) => new PickleSequence(m.popMark())),
  t: pushed((m) => new PickleSequence(m.popMark())),
  '\x91': pushed((m) => new PickleSequence(m.popMark())),
  '\x85': pushed((m) => new PickleSequence(m.take(1))),
  '\x86': pushed((m) => new PickleSequence(m.take(2))),
  '\x87': pushed((m) => new PickleSequence(m.take(3))),
  d: (m) => {
    const items = m.popMark();
    const dict = new PickleDict();
    m.assign(dict, items);
    m.push(dict);
  },
  a: (m) => {
    const value = m.pop();
    m.append(m.top(), [value]);
  },
  e: (m) => {
    const values = m.popMark();
    m.append(m.top(), values);
  },
  '\x90': (m) => {
    const values = m.popMark();
    m.append(m.top(), values);
  },
  s: (m) => {
    const pair = m.take(2);
    m.assign(m.top(), pair);
  },
  u: (m) => {
    const pairs = m.popMark();
    m.assign(m.top(), pairs);
  },
};

const objects: Readonly<Record<string, Instruction>> = {
  c: pushed(({ cursor }) => global(cursor.line(), cursor.line())),
  '\x93': (m) => {
    const [module, name] = m.take(2) as [PickleValue, PickleValue];
    m.push(global(module, name));
  },
  R: (m) => {
    const [type, args] = m.take(2) as [PickleValue, PickleValue];
    m.push(reduce(type, args));
  },
  '\x81': (m) => {
    const [type, args] = m.take(2) as [PickleValue, PickleValue];
    m.push(reduce(type, args));
  },
  '\x92': (m) => {
    const [type, args] = m.take(3) as [PickleValue, PickleValue, PickleValue];
    m.push(reduce(type, args));
  },
  i: (m) => {
    const type = global(m.cursor.line(), m.cursor.line());
    m.push(reduce(type, new PickleSequence(m.popMark())));
  },
  o: (m) => {
    const [type = null, ...args] = m.popMark();
    m.push(reduce(type, new PickleSequence(args)));
  },
  b: (m) => {
    const state = m.pop();
    const target = m.top();
    // A state dict's own attributes (`_metadata`) say nothing about its tensors.
    if (target instanceof PickleObject) target.state = state;
  },
  P: pushed(({ cursor }) => new PersistentId(cursor.line())),
  Q: pushed((m) => new PersistentId(m.pop())),
};

const bookkeeping: Readonly<Record<string, Instruction>> = {
  '(': (m) => m.mark(),
  '0': (m) => void m.pop(),
  '1': (m) => void m.popMark(),
  '2': (m) => m.push(m.top()),
  p: (m) => m.remember(Number(m.cursor.line())),
  q: (m) => m.remember(m.cursor.u8()),
  r: (m) => m.remember(m.cursor.u32()),
  '\x94': (m) => m.remember(m.memoSize),
  g: (m) => m.recall(Number(m.cursor.line())),
  h: (m) => m.recall(m.cursor.u8()),
  j: (m) => m.recall(m.cursor.u32()),
  '\x80': (m) => void m.cursor.u8(),
  '\x95': (m) => void m.cursor.u64(),
};

/**
 * What each instruction of the pickle protocols 0 to 5 does (CPython, Lib/pickletools.py), by its character code. None
 * calls anything. Extension codes (0x82 to 0x84) and out-of-band buffers (0x97, 0x98) are not among them: they mean
 * nothing outside the program that wrote them.
 */
export const pickleInstructions: ReadonlyMap<number, Instruction> = new Map(
  Object.entries({ ...numbers, ...strings, ...containers, ...objects, ...bookkeeping }).map(
    ([code, instruction]) => [code.charCodeAt(0), instruction],
  ),
);

function decimal(line: string): number | bigint {
  const number = Number(line);
  if (Number.isSafeInteger(number)) return number;
  return /^-?\d{1,150}$/.test(line) ? BigInt(line) : Number.NaN;
}

/** Two's complement, little-endian, of any length. */
function integer(m: PickleMachine, length: number): number | bigint {
  if (length > MAX_INTEGER_BYTES) throw m.broken(`holds an integer of ${length} bytes`);
  const bytes = m.cursor.bytes(length);
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = BigInt.asIntN(Math.max(1, length) * 8, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}
