import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../models/image/encodePicture.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { loadTemplate } from './startEngine.ts';
import { writeTinyModel } from './writeTinyModel.ts';

/** What comes with the program, small: a model and two sample pictures, `photo.png` and `painting.png`. */
export async function writeSmallBuiltin(folder: string): Promise<void> {
  await writeTinyModel(join(folder, 'model'));
  await mkdir(join(folder, 'samples'));
  for (const [name, tint] of [
    ['photo', 1],
    ['painting', 3],
  ] as const) {
    const data = Uint8Array.from({ length: 96 * 80 * 3 }, (_, i) => (i * tint + (i >> 6)) % 256);
    const picture = await encodePng({ width: 96, height: 80, data });
    await writeFile(join(folder, 'samples', `${name}.png`), picture);
  }
}

/** A template with its pictures replaced by those, and some of its parameters changed. */
export function smallTemplate(
  name: string,
  overrides: Record<string, string | number>,
): Promise<WorkflowDocument> {
  const pictures = {
    'content.image': 'sample:photo.png',
    ...(name === 'styleid' ? { 'style.image': 'sample:painting.png' } : {}),
  };
  return loadTemplate(name, { ...pictures, ...overrides });
}
