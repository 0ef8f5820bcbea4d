import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { memoryWeights } from '../../weights/memoryWeights.ts';
import { openSafetensors } from '../../weights/openSafetensors.ts';
import type { WeightSource } from '../../weights/weightSource.ts';
import { writeSafetensors } from '../../weights/writeSafetensors.ts';
import { TrainingError } from './trainingError.ts';
import type { TrainingSettings } from './trainingSettings.ts';
import type { TrainingState } from './trainingState.ts';

const KIND = 'impasto training ';
const FORMAT = `${KIND}2`;

/** What the header of a checkpoint says. */
export interface OpenedCheckpoint {
  readonly step: number;
  /** Those it was made with, as they were read. */
  readonly settings: unknown;
  /** Compares the checksum, then reads all of it into `state`. Throws TrainingError `checkpoint`. */
  restore(state: TrainingState): Promise<void>;
}

/**
 * A training as one .safetensors file: weights, optimiser, running average, and as metadata the step, the settings with the
 * seed, which are its random state (see StepRandom), with checksums of both halves. Throws WeightsError `unwritable`.
 */
export async function writeCheckpoint(
  path: string,
  state: TrainingState,
  settings: TrainingSettings,
): Promise<void> {
  const source = memoryWeights(basename(path), state.tensors());
  const facts = {
    step: `${state.step}`,
    settings: JSON.stringify(settings),
    content: await contentSum(source),
  };
  await writeSafetensors(path, source, { format: FORMAT, ...facts, checksum: factSum(facts) });
}

/** Throws TrainingError `checkpoint` for what is no checkpoint, is not complete, or whose header is damaged. */
export async function openCheckpoint(path: string): Promise<OpenedCheckpoint> {
  return located(path, async () => {
    const source = await openSafetensors(path);
    const { step, settings, content } = factsOf(source);
    const restore = async (state: TrainingState): Promise<void> => {
      checkSum(await contentSum(source), content);
      await state.restore(source, step);
    };
    return {
      step,
      settings: JSON.parse(settings) as unknown,
      restore: (state) => located(path, () => restore(state)),
    };
  });
}

interface Facts {
  readonly step: string;
  readonly settings: string;
  /** Checksum of the tensors. */
  readonly content: string;
}

/** SHA-256 of every tensor with its name, in the file's order. */
async function contentSum(source: WeightSource): Promise<string> {
  const hash = createHash('sha256');
  for (const name of source.tensors.keys()) {
    hash.update(JSON.stringify(name)).update(await source.read(name));
  }
  return hash.digest('hex');
}

const factSum = ({ step, settings, content }: Facts): string =>
  createHash('sha256')
    .update(JSON.stringify([step, settings, content]))
    .digest('hex');

function factsOf({ metadata }: WeightSource): Omit<Facts, 'step'> & { readonly step: number } {
  const text = (name: string): string => metadata?.get(name) ?? '';
  const format = text('format');
  if (format !== FORMAT) {
    const what = format.startsWith(KIND)
      ? 'it was made by another Impasto'
      : 'it is no checkpoint of a training';
    throw new Error(`${what} (its format is '${format}', expected '${FORMAT}').`);
  }
  const facts = { step: text('step'), settings: text('settings'), content: text('content') };
  checkSum(factSum(facts), text('checksum'));
  return { ...facts, step: Number(facts.step) };
}

function checkSum(found: string, expected: string): void {
  if (found === expected) return;
  const [is, should] = [found, expected].map((sum) => sum.slice(0, 16));
  throw new Error(`it is damaged: its checksum is ${is}..., expected ${should}....`);
}

async function located<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const why = (error as Error).message.replace(`${basename(path)}: `, '');
    const message = `The checkpoint ${path} cannot be gone on from: ${why}`;
    throw new TrainingError('checkpoint', message, { cause: error });
  }
}
