import { basename, join } from 'node:path';
import { readJson } from './readJson.ts';

/** The name that people know it by. */
export const TINY_AUTOENCODER = 'Tiny autoencoder (TAESD)';

/** Whether a diffusers folder is a tiny autoencoder's, by the class that its config.json names. */
export async function isTinyAutoencoderFolder(folder: string): Promise<boolean> {
  const config = await readJson(join(folder, 'config.json'), `${basename(folder)}/config.json`);
  return (config as Record<string, unknown> | null | undefined)?.['_class_name'] === 'AutoencoderTiny';
}
