import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ModelLibrary } from '../../server/models/modelLibrary.ts';
import { modelFolders } from '../../server/models/modelFolders.ts';
import { type Disk, disk } from '../../server/storage/disk.ts';
import { writeTinyModel } from '../helpers/writeTinyModel.ts';
import { until } from './fixtures/until.ts';

it('writes nothing any more once it is closed', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'impasto-library-'));
  await mkdir(join(dataFolder, 'models'));
  await writeTinyModel(join(dataFolder, 'tiny'));
  for (const name of ['a', 'b', 'c']) await writeFile(join(dataFolder, 'models', `${name}.ckpt`), name);
  let going = 0;
  let begun = 0;
  const slow: Disk = {
    ...disk,
    write: async (...args) => {
      begun++;
      going++;
      await pause(30);
      await disk.write(...args);
      going--;
    },
  };
  const folders = modelFolders({ dataFolder, builtinFolder: dataFolder });
  const library = new ModelLibrary({ folders, disk: slow, inspectorEntry: 'dist/server/inspector.js' });
  library.watch(20, () => true);
  const added = library.add({ path: join(dataFolder, 'tiny') });
  await until('something is being written', () => going > 0);
  await library.close();
  const before = begun;
  expect(going).toBe(0);
  await added.catch(() => undefined);
  await expect(library.hash('a.ckpt')).rejects.toThrow('Impasto was stopped.');
  await expect(library.add({ path: join(dataFolder, 'tiny'), name: 'x' })).rejects.toThrow('was stopped');
  expect(begun).toBe(before);
  await rm(dataFolder, { recursive: true });
});
