import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lookAt } from '../../files/lookAt.ts';
import { syncFolder } from '../../files/syncFolder.ts';
import { whyNot } from '../../files/whyNot.ts';
import { WeightsError } from '../../weights/weightsError.ts';
import { openCheckpoint, writeCheckpoint, type OpenedCheckpoint } from './checkpointFile.ts';
import { settingsDifferences } from './settingsDifferences.ts';
import { TrainingError } from './trainingError.ts';
import type { CheckpointOptions } from './trainingOptions.ts';
import type { TrainingSettings } from './trainingSettings.ts';
import type { TrainingState } from './trainingState.ts';

/**
 * The checkpoints of a training: the newest at `path`, and the one before it as `PATH.before`, which is gone back to when
 * the newest turns out to be damaged. A new one takes its place when it is complete and on the disk; until then, and when it
 * cannot be written, the others stay.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #next: string;
  readonly #before: string;
  readonly #settings: TrainingSettings;
  readonly #otherSettings: CheckpointOptions['otherSettings'];
  #step = 0;

  constructor({ path, otherSettings = 'refuse' }: CheckpointOptions, settings: TrainingSettings) {
    this.#path = path;
    this.#next = `${path}.next`;
    this.#before = `${path}.before`;
    this.#settings = settings;
    this.#otherSettings = otherSettings;
  }

  /** The step that was read or written last; 0 when nothing was. */
  get step(): number {
    return this.#step;
  }

  /**
   * Throws what `resume` would, as far as headers tell: to be asked before anything is opened that takes long. Throws
   * TrainingError `other-settings` and `checkpoint`.
   */
  async check(): Promise<void> {
    if (this.#otherSettings !== 'begin-again') await this.#compare();
  }

  /**
   * Reads the newest one into `state`, if there is one and its settings or the person allow it. A damaged one is put aside, and
   * the one before it taken. Hands back what a person should know of that. Throws TrainingError.
   */
  async resume(state: TrainingState): Promise<string | undefined> {
    await this.#prepare();
    try {
      const { goOn, notice } = await this.#compare();
      const problem = goOn ? await this.restore(state) : undefined;
      return [notice, problem].filter((text) => text !== undefined).join(' ') || undefined;
    } catch (error) {
      if (this.#otherSettings !== 'begin-again') throw error;
      return (error as Error).message;
    }
  }

  /** The same for one that is known to be there. Throws TrainingError `checkpoint`. */
  async restore(state: TrainingState): Promise<string | undefined> {
    const found = await this.#newest(async (checkpoint) => {
      await checkpoint.restore(state);
      return checkpoint.step;
    });
    if (!found) throw new TrainingError('checkpoint', `The checkpoint ${this.#path} is not there any more.`);
    const { value: step, problem } = found;
    this.#step = step;
    if (problem === undefined) return undefined;
    const aside = `${this.#path}.damaged`;
    await rename(this.#path, aside);
    return `${problem} It was put aside as ${basename(aside)}; the one before it, of step ${step}, is gone on from.`;
  }

  /** Throws TrainingError `unsaved`, which says what was kept. */
  async save(state: TrainingState): Promise<void> {
    try {
      await this.#write(state);
      await this.#moveUp();
    } catch (error) {
      const why = error instanceof WeightsError ? error.message : whyNot(error);
      const kept = this.#step > 0 ? `that of step ${this.#step} is kept` : 'there is none yet';
      const message = `After step ${state.step} no checkpoint could be written: ${why}; ${kept}.`;
      throw new TrainingError('unsaved', message, { cause: error });
    }
    this.#step = state.step;
  }

  /** Makes the folder, and ends what a process that was killed had begun. Throws TrainingError `unsaved`. */
  async #prepare(): Promise<void> {
    const [folder, name] = [dirname(this.#path), basename(this.#path)];
    try {
      await mkdir(folder, { recursive: true });
      for (const entry of await readdir(folder)) {
        if (entry.startsWith(`${name}.`) && entry.endsWith('.partial')) await rm(join(folder, entry));
      }
      if (await lookAt(this.#next)) await this.#moveUp();
    } catch (error) {
      const message = `Checkpoints cannot be written to ${folder}: ${whyNot(error)}.`;
      throw new TrainingError('unsaved', message, { cause: error });
    }
  }

  async #compare(): Promise<{ readonly goOn: boolean; readonly notice?: string }> {
    const found = await this.#newest(async (checkpoint) => checkpoint);
    if (!found) return { goOn: false };
    const { step, settings } = found.value;
    const differences = settingsDifferences(this.#settings, settings);
    if (differences.length === 0) return { goOn: true };
    const notice = `The checkpoint of step ${step} was made with other settings: ${differences.join('; ')}.`;
    if (this.#otherSettings === 'refuse') throw new TrainingError('other-settings', notice);
    return { goOn: this.#otherSettings === 'go-on', notice };
  }

  /** Where there is no room for a third one, the oldest makes it. */
  async #write(state: TrainingState): Promise<void> {
    try {
      await writeCheckpoint(this.#next, state, this.#settings);
    } catch (error) {
      if (!(await lookAt(this.#path)) || !(await lookAt(this.#before))) throw error;
      await rm(this.#before);
      await writeCheckpoint(this.#next, state, this.#settings);
    }
  }

  async #moveUp(): Promise<void> {
    if (await lookAt(this.#path)) await rename(this.#path, this.#before);
    await rename(this.#next, this.#path);
    await syncFolder(dirname(this.#path));
  }

  /** What `read` gives of the newest; of the one before where it throws at that one, with what is wrong with it. */
  async #newest<T>(
    read: (checkpoint: OpenedCheckpoint) => Promise<T>,
  ): Promise<{ readonly value: T; readonly problem?: string } | undefined> {
    if (!(await lookAt(this.#path))) {
      return (await lookAt(this.#before))
        ? { value: await read(await openCheckpoint(this.#before)) }
        : undefined;
    }
    try {
      return { value: await read(await openCheckpoint(this.#path)) };
    } catch (error) {
      const before = await this.#usableBefore();
      if (!before) throw error;
      return { value: await read(before), problem: (error as Error).message };
    }
  }

  /** It may be of an earlier training, whose place this one has taken. */
  async #usableBefore(): Promise<OpenedCheckpoint | undefined> {
    if (!(await lookAt(this.#before))) return undefined;
    const before = await openCheckpoint(this.#before).catch(() => undefined);
    const fits = before && settingsDifferences(this.#settings, before.settings).length === 0;
    return fits ? before : undefined;
  }
}
