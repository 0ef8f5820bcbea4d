import { PickleDict, PickleGlobal, PickleObject, PickleSequence, type PickleValue } from './pickleValue.ts';

const dicts: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'builtins.dict',
  '__builtin__.dict',
]);
const sequences: ReadonlySet<string> = new Set([
  'builtins.list',
  '__builtin__.list',
  'builtins.tuple',
  '__builtin__.tuple',
  'builtins.set',
  '__builtin__.set',
  'torch.Size',
]);

/** What a call in a pickle stands for: a plain container for Python's own ones, else an inert record. */
export function reduce(type: PickleValue, args: PickleValue): PickleValue {
  const name = type instanceof PickleGlobal ? type.name : '';
  const given = args instanceof PickleSequence ? args.items : [];
  if (dicts.has(name)) return dictOf(name === 'collections.defaultdict' ? given[1] : given[0]);
  if (sequences.has(name)) return new PickleSequence([...itemsOf(given[0])]);
  return new PickleObject(type, args);
}

/** Python 2 wrote an OrderedDict as a call with a list of `[key, value]` lists. */
function dictOf(pairs: PickleValue | undefined): PickleDict {
  const dict = new PickleDict();
  if (pairs instanceof PickleDict) for (const [key, value] of pairs) dict.set(key, value);
  for (const pair of itemsOf(pairs)) {
    const [key, value] = itemsOf(pair);
    if (key !== undefined && value !== undefined) dict.set(key, value);
  }
  return dict;
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  return value instanceof PickleSequence ? value.items : [];
}
