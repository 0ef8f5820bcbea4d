import { join } from 'node:path';
import { disk } from '../storage/disk.ts';
import { modelFolders } from './modelFolders.ts';
import { ModelLibrary } from './modelLibrary.ts';

/** The models of a data folder. */
export function openModels(place: {
  /** The project's folder, where the built programs lie. */
  readonly root: string;
  readonly dataFolder: string;
  readonly builtinFolder: string;
}): ModelLibrary {
  const inspectorEntry = join(place.root, 'dist', 'server', 'inspector.js');
  return new ModelLibrary({ folders: modelFolders(place), disk, inspectorEntry });
}
