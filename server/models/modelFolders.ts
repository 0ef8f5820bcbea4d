import { join } from 'node:path';

/** Where models and what is known of them lie. */
export interface ModelFolders {
  /** Where a person puts models, and downloads go; what lies in it may be links to elsewhere. */
  readonly models: string;
  /** The model that comes with the program. */
  readonly builtin: string;
  /** Models that were added by reference, and those that Impasto downloaded (ModelRegister). */
  readonly register: string;
  /** Hashes and what was recognised (InspectionMemory): can be made again. */
  readonly inspections: string;
  /** The person's own additions to the catalogue. */
  readonly catalogue: string;
  /** The hub's address and the person's access token (HubAccess). */
  readonly settings: string;
}

export function modelFolders(place: {
  readonly dataFolder: string;
  readonly builtinFolder: string;
}): ModelFolders {
  const { dataFolder, builtinFolder } = place;
  return {
    models: join(dataFolder, 'models'),
    builtin: join(builtinFolder, 'model'),
    register: join(dataFolder, 'models.json'),
    inspections: join(dataFolder, 'cache', 'models.json'),
    catalogue: join(dataFolder, 'catalogue.json'),
    settings: join(dataFolder, 'settings.json'),
  };
}
