import type { NamedFile } from '../fileRange.ts';
import { readPickle } from '../pickle/readPickle.ts';
import { WeightsError } from '../weightsError.ts';
import type { Storage } from './storage.ts';
import type { TorchContents } from './torchContents.ts';
import { openZipArchive } from './zipArchive.ts';

/** Of a pickle, which holds no weights but only their names. Published ones have a few hundred kilobytes. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;

/**
 * PyTorch 1.6 and later, and TorchScript: a zip archive with a pickle `<root>/data.pkl` and a file
 * `<root>/data/<key>` for every storage (torch/serialization.py, `_save`; torch/csrc/jit/serialization/export_module.cpp).
 */
export async function zipContents(file: NamedFile): Promise<TorchContents> {
  const archive = await openZipArchive(file);
  const pickle = archive.names
    .filter((name) => /(^|\/)data\.pkl$/.test(name))
    .toSorted((a, b) => a.length - b.length)[0];
  if (pickle === undefined)
    throw new WeightsError('container', file.file, 'this zip archive has no data.pkl: it is no PyTorch file');
  const root = pickle.slice(0, -'data.pkl'.length);
  if (archive.names.includes(`${root}byteorder`)) {
    const order = Buffer.from(await archive.bytes(`${root}byteorder`, 16)).toString('latin1');
    if (order !== 'little')
      throw new WeightsError(
        'container',
        file.file,
        `its numbers are ${order}-endian; only little-endian ones are read`,
      );
  }
  return {
    root: readPickle(await archive.bytes(pickle, MAX_PICKLE_BYTES)).value,
    locate: async (storages) => {
      const names = new Map([...storages.keys()].map((key) => [key, `${root}data/${key}`]));
      const found = await archive.storages(new Set(names.values()));
      return new Map([...names].map(([key, name]) => [key, found.get(name) as Storage]));
    },
  };
}
