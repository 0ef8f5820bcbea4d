import type { PickleValue } from '../pickle/pickleValue.ts';
import type { Storage } from './storage.ts';
import type { StorageReference } from './storedTensor.ts';

/** What a PyTorch file of any format holds, before its tensors are looked for. */
export interface TorchContents {
  readonly root: PickleValue;
  /** Where the referred storages lie, by key. Throws WeightsError for one that is not there. */
  locate(storages: ReadonlyMap<string, StorageReference>): Promise<ReadonlyMap<string, Storage>>;
}
