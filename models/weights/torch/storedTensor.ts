import type { ElementType } from '../../graph/elementType.ts';
import {
  PersistentId,
  PickleGlobal,
  PickleObject,
  PickleSequence,
  type PickleValue,
} from '../pickle/pickleValue.ts';
import { elementTypeOfStorage, elementTypeOfTorch } from './torchTypes.ts';

/** A run of elements in a PyTorch file that tensors are views of. */
export interface StorageReference {
  readonly key: string;
  /** Undefined for a storage that says only how many bytes it has. */
  readonly dtype: ElementType | undefined;
  /** Elements of `dtype`, or bytes. */
  readonly size: number;
  /** Files of before 2017: the storage is a part of another one. */
  readonly view?: { readonly key: string; readonly offset: number };
}

/** A view of a storage: as `torch.as_strided`, counted in elements. */
export interface StoredTensor {
  readonly storage: StorageReference;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Why something that calls itself a tensor is none that can be read here. */
export class UnreadableTensor {
  constructor(readonly reason: string) {}
}

/**
 * The tensor that a call in a pickle stands for (torch/_utils.py and torch/_tensor.py, the `_rebuild` functions), or
 * undefined when it stands for something else.
 */
export function storedTensor(value: PickleValue): StoredTensor | UnreadableTensor | undefined {
  if (!(value instanceof PickleObject)) return undefined;
  const args = items(value.args);
  switch (value.typeName) {
    case 'torch._utils._rebuild_tensor':
    case 'torch._utils._rebuild_tensor_v2':
      return viewOf(args);
    case 'torch._utils._rebuild_tensor_v3':
      return viewOf(args, args[6]);
    case 'torch._utils._rebuild_parameter':
    case 'torch._utils._rebuild_parameter_with_state':
    case 'torch.nn.parameter.Parameter':
      return storedTensor(args[0] ?? null);
    case 'torch._tensor._rebuild_from_type_v2':
      return storedTensor(new PickleObject(args[0] ?? null, args[2] ?? null));
    default:
      // Sparse, quantised, meta and other tensors that are no views of a storage.
      return /^torch\._utils\._rebuild_\w*tensor/.test(value.typeName)
        ? new UnreadableTensor(`is of a kind that is not read here (${value.typeName})`)
        : undefined;
  }
}

function viewOf(args: readonly PickleValue[], type?: PickleValue): StoredTensor | UnreadableTensor {
  const storage = args[0] instanceof PersistentId ? storageReference(args[0]) : undefined;
  if (!storage) return new UnreadableTensor('has no storage that is known here');
  const dtype = type === undefined ? storage.dtype : elementTypeOfTorch(type);
  if (!dtype) return new UnreadableTensor('has an element type that is not known here');
  const [, offset, shapeItems, strideItems] = args;
  const shape = sizes(shapeItems);
  const strides = sizes(strideItems);
  if (!isSize(offset) || !shape || strides?.length !== shape.length)
    return new UnreadableTensor('has a shape, strides or offset that are no lists of sizes');
  return { storage, dtype, shape, strides, offset };
}

/** `('storage', type, key, place, elements, part of another storage)`, as torch/serialization.py writes it. */
function storageReference({ id }: PersistentId): StorageReference | undefined {
  const [kind, type, key, , size, part] = items(id);
  if (kind !== 'storage' || !(type instanceof PickleGlobal) || !isSize(size)) return undefined;
  const name = type.name.split('.').at(-1)!;
  const dtype = elementTypeOfStorage(name);
  if (!dtype && name !== 'UntypedStorage') return undefined;
  const [viewKey, viewOffset] = items(part ?? null);
  const view = isSize(viewOffset) ? { view: { key: String(viewKey), offset: viewOffset } } : {};
  return { key: String(key), dtype, size, ...view };
}

function sizes(value: PickleValue | undefined): number[] | undefined {
  if (!(value instanceof PickleSequence)) return undefined;
  return value.items.every(isSize) ? (value.items as number[]) : undefined;
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function items(value: PickleValue): readonly PickleValue[] {
  return value instanceof PickleSequence ? value.items : [];
}
