import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePicture } from '../../models/image/decodePicture.ts';
import { encodePng } from '../../models/image/encodePicture.ts';
import type { Picture } from '../../models/image/picture.ts';

const FILE = 'image.png';

interface MadePicture {
  readonly image: Picture;
}

/** Keeps what took minutes to optimise over a restart, and so for a run that goes on after one (NodeDefinition.diskCache). */
export const keptPicture = {
  write: async ({ image }: MadePicture, folder: string): Promise<void> =>
    writeFile(join(folder, FILE), await encodePng(image)),
  read: async (folder: string): Promise<MadePicture> => ({
    image: (await decodePicture(await readFile(join(folder, FILE)))).picture,
  }),
};
