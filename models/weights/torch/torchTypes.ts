import type { ElementType } from '../../graph/elementType.ts';
import { PickleGlobal, type PickleValue } from '../pickle/pickleValue.ts';

const storages: ReadonlyMap<string, ElementType> = new Map([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
] as const);

const torchTypes: ReadonlyMap<string, ElementType> = new Map([
  ['torch.float64', 'float64'],
  ['torch.float32', 'float32'],
  ['torch.float16', 'float16'],
  ['torch.bfloat16', 'bfloat16'],
  ['torch.int64', 'int64'],
  ['torch.int32', 'int32'],
  ['torch.int16', 'int16'],
  ['torch.int8', 'int8'],
  ['torch.uint8', 'uint8'],
  ['torch.uint16', 'uint16'],
  ['torch.uint32', 'uint32'],
  ['torch.uint64', 'uint64'],
  ['torch.bool', 'bool'],
] as const);

/** Element type of a storage class (without its module: `torch.FloatStorage` and `torch.cuda.FloatStorage` are alike). */
export function elementTypeOfStorage(name: string): ElementType | undefined {
  return storages.get(name);
}

/** Element type of a `torch.dtype` in a pickle. */
export function elementTypeOfTorch(type: PickleValue): ElementType | undefined {
  return type instanceof PickleGlobal ? torchTypes.get(type.name) : undefined;
}
