import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAt } from '../../models/files/lookAt.ts';
import { whyNot } from '../../models/files/whyNot.ts';
import { isWeightFile } from '../../models/weights/isWeightFile.ts';
import { WeightsError } from '../../models/weights/weightsError.ts';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import type { TrainingPlace } from '../../nodes/contract/services.ts';
import { findModels } from '../models/findModels.ts';
import { type ModelFolders, modelFolders } from '../models/modelFolders.ts';
import { isSameName, nameProblem } from '../models/modelName.ts';
import { takeLock } from '../storage/takeLock.ts';
import type { EngineSettings } from './messages.ts';

/** In a model's folder: a training put it there, and may put a better one in its place. */
const MARK = 'impasto-training.json';
/** What a model's folder is called while it is written, and one that a better one takes the place of. */
const [MADE, OLD] = ['model.', '.old'];

/**
 * A training's place in the data folder: `training/NAME` for its checkpoint, and `models/NAME` for what comes of it. Throws
 * NodeError `bad-parameter` for what is no name, the name of a model that no training made, or a place that is held.
 */
export async function trainingPlace(
  name: string,
  settings: Pick<EngineSettings, 'dataFolder' | 'builtinFolder'>,
): Promise<TrainingPlace> {
  const folders = modelFolders(settings);
  await checkName(name, folders);
  const [own, model] = [join(settings.dataFolder, 'training', name), join(folders.models, name)];
  const release = await take(own, name);
  try {
    await tidy(own, model);
  } catch (error) {
    await release();
    throw error;
  }
  return {
    checkpoint: join(own, 'checkpoint.safetensors'),
    release,
    saveModel: async (write) => {
      const made = join(own, `${MADE}${randomUUID()}`);
      try {
        await mkdir(made, { recursive: true });
        await write(made);
        await writeFile(join(made, MARK), `${JSON.stringify({ training: name })}\n`);
        await mkdir(folders.models, { recursive: true });
        await replaceFolder(made, model);
      } catch (error) {
        const reached = 'What was learnt is in its checkpoint: run again, it goes on from there.';
        throw unwritable(`The model "${name}" could not be saved: ${reasonOf(error)}. ${reached}`);
      } finally {
        await rm(made, { recursive: true, force: true });
      }
    },
  };
}

/** A model that a training made gives way to a better one; any other is somebody's. */
async function checkName(name: string, folders: ModelFolders): Promise<void> {
  const problem = isWeightFile(name) ? `"${name}" looks like a file` : nameProblem(name);
  if (problem !== undefined) {
    const message = `The new model cannot be called that: ${problem}.`;
    throw new NodeError('bad-parameter', message, 'name');
  }
  const model = join(folders.models, name);
  if (await lookAt(join(model, MARK))) return;
  const found = await findModels(folders);
  if (found.some((other) => isSameName(other.name, name)) || (await lookAt(model))) {
    const message = `There is a model called "${name}" already, and no training made it. Choose another name.`;
    throw new NodeError('bad-parameter', message, 'name');
  }
}

async function take(own: string, name: string): Promise<() => Promise<void>> {
  let release: (() => Promise<void>) | undefined;
  try {
    await mkdir(own, { recursive: true });
    release = await takeLock(join(own, 'lock'));
  } catch (error) {
    throw unwritable(`The training "${name}" cannot be kept in ${own}: ${whyNot(error)}.`);
  }
  if (release) return release;
  const message = `The training "${name}" is going on in another program: wait until it has ended, or choose another name.`;
  throw new NodeError('bad-parameter', message, 'name');
}

/** Ends what a process that was killed had begun: a model that was about to be replaced goes back, a half one goes. */
async function tidy(own: string, model: string): Promise<void> {
  for (const entry of await readdir(own)) {
    if (!entry.startsWith(MADE)) continue;
    if (entry.endsWith(OLD) && !(await lookAt(model))) await rename(join(own, entry), model);
    else await rm(join(own, entry), { recursive: true, force: true });
  }
}

/** Folders cannot be exchanged at once: the old one steps aside first, and is removed last. */
async function replaceFolder(made: string, target: string): Promise<void> {
  const aside = `${made}${OLD}`;
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

const reasonOf = (error: unknown): string => (error instanceof WeightsError ? error.message : whyNot(error));

const unwritable = (message: string): NodeError => new NodeError('no-space', message);
