import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import { whyNot } from '../../files/whyNot.ts';
import { memoryWeights } from '../../weights/memoryWeights.ts';
import { openSafetensors } from '../../weights/openSafetensors.ts';
import type { WeightSource } from '../../weights/weightSource.ts';
import { WeightsError } from '../../weights/weightsError.ts';
import { writeSafetensors } from '../../weights/writeSafetensors.ts';
import { settingsDifferences } from './settingsDifferences.ts';
import { TrainingError } from './trainingError.ts';
import type { TrainingSettings } from './trainingSettings.ts';
import type { TrainingState } from './trainingState.ts';

const FORMAT = 'impasto training 1';

/** A checkpoint that was found: where it stands, and how its settings differ from those of now. */
export interface FoundCheckpoint {
  readonly step: number;
  readonly differences: readonly string[];
}

/**
 * The one .safetensors file that a training is kept in: weights, optimiser, running average, and as metadata the step and the
 * settings with the seed, which are its random state (see StepRandom). A new one takes the place of the old one when it
 * is complete and on the disk; until then, and when it cannot be written, the old one stays.
 */
export class CheckpointFile {
  readonly path: string;
  readonly #settings: TrainingSettings;
  #step = 0;

  constructor(path: string, settings: TrainingSettings) {
    this.path = path;
    this.#settings = settings;
  }

  /** The step that was read from the file or written to it; 0 when nothing was. */
  get step(): number {
    return this.#step;
  }

  /** What the file holds, if there is one. Throws TrainingError `checkpoint`. */
  async find(): Promise<FoundCheckpoint | undefined> {
    if (!(await lookAt(this.path))) return undefined;
    return this.#reading(async (source) => {
      const { step, settings } = parseMetadata(source);
      return { step, differences: settingsDifferences(this.#settings, settings) };
    });
  }

  /** Reads the file into `state`. Throws TrainingError `checkpoint`. */
  async restore(state: TrainingState): Promise<void> {
    await this.#reading(async (source) => {
      const { step } = parseMetadata(source);
      await state.restore(source, step);
      this.#step = step;
    });
  }

  /** Throws TrainingError `unsaved`, which says what was kept. */
  async save(state: TrainingState): Promise<void> {
    const metadata = { format: FORMAT, step: `${state.step}`, settings: JSON.stringify(this.#settings) };
    try {
      await writeSafetensors(this.path, memoryWeights(basename(this.path), state.tensors()), metadata);
    } catch (error) {
      const why = (error as WeightsError).message;
      const kept = this.#step > 0 ? `that of step ${this.#step} is kept` : 'there is none yet';
      const message = `After step ${state.step} no checkpoint could be written: ${why}; ${kept}.`;
      throw new TrainingError('unsaved', message, { cause: error });
    }
    this.#step = state.step;
  }

  async #reading<T>(read: (source: WeightSource) => Promise<T>): Promise<T> {
    try {
      return await read(await openSafetensors(this.path));
    } catch (error) {
      const why = (error as Error).message.replace(`${basename(this.path)}: `, '');
      const message = `The checkpoint ${this.path} cannot be gone on from: ${why}`;
      throw new TrainingError('checkpoint', message, { cause: error });
    }
  }

  /** Makes the folder, and removes what a process that was ended while it wrote has left. Throws TrainingError `unsaved`. */
  async prepare(): Promise<void> {
    const [folder, name] = [dirname(this.path), basename(this.path)];
    try {
      await mkdir(folder, { recursive: true });
      for (const entry of await readdir(folder)) {
        if (entry.startsWith(`${name}.`) && entry.endsWith('.partial')) await rm(join(folder, entry));
      }
    } catch (error) {
      const message = `Checkpoints cannot be written to ${folder}: ${whyNot(error)}.`;
      throw new TrainingError('unsaved', message, { cause: error });
    }
  }
}

function parseMetadata({ metadata }: WeightSource): { step: number; settings: unknown } {
  const format = metadata?.get('format');
  if (format !== FORMAT) {
    throw new Error(
      `it is no checkpoint of a training (its format is '${format ?? ''}', expected '${FORMAT}').`,
    );
  }
  const step = Number(metadata?.get('step'));
  if (!Number.isSafeInteger(step) || step < 0) throw new Error(`its step is '${metadata?.get('step')}'.`);
  return { step, settings: JSON.parse(metadata?.get('settings') ?? 'null') as unknown };
}
