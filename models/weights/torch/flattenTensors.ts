import {
  PickleDict,
  PickleGlobal,
  PickleObject,
  PickleSequence,
  type PickleValue,
} from '../pickle/pickleValue.ts';
import { type StoredTensor, storedTensor, UnreadableTensor } from './storedTensor.ts';

/** Containers and tensors; published files have a few thousand. */
const MAX_VISITS = 1_000_000;
const MAX_DEPTH = 200;

/** Where a module keeps what belongs to it: no part of its tensors' names. */
const moduleParts: ReadonlySet<string> = new Set(['_parameters', '_buffers', '_modules']);

export interface FlatTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Numbers and short texts beside the tensors, by name. */
  readonly facts: ReadonlyMap<string, string>;
}

/**
 * All tensors in what a PyTorch file holds, named by the dotted path to them: the names of a state dict stay as they
 * are, modules are walked by their attributes. A `state_dict` beside other entries (PyTorch Lightning) is taken for the
 * whole. Throws an Error with a sentence for what cannot be flattened.
 */
export function flattenTensors(root: PickleValue): FlatTensors {
  const stateDict = root instanceof PickleDict ? root.get('state_dict') : undefined;
  const tensors = new Map<string, StoredTensor>();
  const facts = new Map<string, string>();
  const open = new Set<PickleValue>();
  let visits = 0;

  const visit = (value: PickleValue, name: string): void => {
    if (++visits > MAX_VISITS) throw new Error(`it holds more than ${MAX_VISITS} entries`);
    if (typeof value === 'number' || typeof value === 'string') {
      if (String(value).length <= 200) facts.set(name, String(value));
      return;
    }
    const tensor = storedTensor(value);
    if (tensor instanceof UnreadableTensor) throw new Error(`the tensor '${name}' ${tensor.reason}`);
    if (tensor) {
      if (tensors.has(name)) throw new Error(`two tensors are called '${name}'`);
      tensors.set(name, tensor);
      return;
    }
    if (open.has(value) || open.size > MAX_DEPTH) return;
    open.add(value);
    for (const [key, item] of membersOf(value)) visit(item, join(name, key));
    open.delete(value);
  };
  visit(stateDict instanceof PickleDict ? stateDict : root, '');
  if (stateDict instanceof PickleDict)
    for (const [key, value] of root as PickleDict)
      if (typeof value === 'number' || typeof value === 'string') visit(value, label(key));
  return { tensors, facts };
}

function* membersOf(value: PickleValue): Iterable<[string, PickleValue]> {
  if (value instanceof PickleSequence)
    yield* value.items.map((item, i) => [String(i), item] as const as [string, PickleValue]);
  else if (value instanceof PickleDict) for (const [key, item] of value) yield [label(key), item];
  else if (value instanceof PickleObject) {
    yield* membersOf(value.items);
    if (value.state !== undefined) yield* attributesOf(value.state);
  }
}

/** An object's attributes: one dict, or a pair of them (`__dict__` and slots). */
function* attributesOf(state: PickleValue): Iterable<[string, PickleValue]> {
  if (state instanceof PickleSequence) for (const part of state.items) yield* attributesOf(part);
  else if (state instanceof PickleDict)
    for (const [key, item] of state) {
      if (moduleParts.has(label(key))) yield* membersOf(item);
      else yield [label(key), item];
    }
}

function label(key: PickleValue): string {
  if (key instanceof PickleGlobal) return key.name;
  return typeof key === 'object' && key !== null ? '?' : String(key);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
