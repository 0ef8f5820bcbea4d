import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAt } from '../../models/files/lookAt.ts';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import type { TrainingPlace } from '../../nodes/contract/services.ts';
import { modelFolders } from '../models/modelFolders.ts';
import type { EngineSettings } from './messages.ts';

/** In a model's folder: a training put it there, and may put a better one in its place. */
const MARK = 'impasto-training.json';

/** Plain file names everywhere, also on Windows. */
const NAME = /^[a-z0-9][a-z0-9 _-]{0,59}$/i;

/**
 * A training's place in the data folder: `training/NAME` for its checkpoint, and `models/NAME` for what comes of it. Throws
 * NodeError `bad-parameter` for what is no name, or the name of a model that no training made.
 */
export async function trainingPlace(
  name: string,
  settings: Pick<EngineSettings, 'dataFolder' | 'builtinFolder'>,
): Promise<TrainingPlace> {
  if (!NAME.test(name) || name.endsWith(' ')) {
    const message = `"${name.slice(0, 80)}" cannot be a model's name; expected letters, digits, blanks, - and _, 60 at most.`;
    throw new NodeError('bad-parameter', message, 'name');
  }
  const { models } = modelFolders(settings);
  const [own, model] = [join(settings.dataFolder, 'training', name), join(models, name)];
  if ((await lookAt(model)) && !(await lookAt(join(model, MARK)))) {
    const message = `There is a model called "${name}" already, and no training made it. Choose another name.`;
    throw new NodeError('bad-parameter', message, 'name');
  }
  return {
    checkpoint: join(own, 'checkpoint.safetensors'),
    saveModel: async (write) => {
      const made = join(own, `model.${randomUUID()}`);
      try {
        await mkdir(made, { recursive: true });
        await write(made);
        await writeFile(join(made, MARK), `${JSON.stringify({ training: name })}\n`);
        await mkdir(models, { recursive: true });
        await replaceFolder(made, model);
      } finally {
        await rm(made, { recursive: true, force: true });
      }
    },
  };
}

/** Folders cannot be exchanged at once: the old one steps aside first, and is removed last. */
async function replaceFolder(made: string, target: string): Promise<void> {
  const aside = `${made}.old`;
  const replaced = (await lookAt(target)) !== undefined;
  if (replaced) await rename(target, aside);
  try {
    await rename(made, target);
  } catch (error) {
    if (replaced) await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
