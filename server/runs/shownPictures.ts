import type { FromEngine } from '../engine/messages.ts';
import type { RunError, RunRecord } from '../protocol/runs.ts';
import { StorageError } from '../storage/disk.ts';
import type { FileStore } from '../storage/fileStore.ts';
import { noSpace, notSaved, PICTURES_NOT_KEPT, PICTURES_UNWRITABLE } from './words.ts';

export interface ShownPicturesOptions {
  readonly files: FileStore;
  readonly tell: (picture: RunRecord['pictures'][number]) => void;
  /** The file that stands for the run from now on. */
  readonly standsForRun: (file: string) => void;
  readonly warn: (warning: string) => void;
  /** A picture that was to be saved could not be. */
  readonly fail: (error: RunError) => void;
}

/** Keeps what the nodes of one run show and save. The first picture stands for the run, until one is saved as an output. */
export class ShownPictures {
  readonly #options: ShownPicturesOptions;
  #standing: 'none' | 'shown' | 'saved';

  constructor(options: ShownPicturesOptions, thumbnail: string | undefined) {
    this.#options = options;
    this.#standing = thumbnail === undefined ? 'none' : 'shown';
  }

  async keep({ node, slot, picture, name }: Extract<FromEngine, { kind: 'shown' }>): Promise<void> {
    const { files, tell, warn, fail } = this.#options;
    const saved = name !== undefined;
    try {
      const file = await files.put(picture.bytes, picture.extension);
      const { width, height } = picture;
      tell({ node, slot, file, width, height, ...(saved && { name }) });
      this.#offer(file, saved);
    } catch (error) {
      const full = error instanceof StorageError && error.code === 'no-space';
      if (saved) fail({ ...(full ? noSpace : notSaved)(`"${name}"`), node });
      else warn(full ? PICTURES_NOT_KEPT : PICTURES_UNWRITABLE);
    }
  }

  #offer(file: string, saved: boolean): void {
    if (this.#standing === 'saved' || (this.#standing === 'shown' && !saved)) return;
    this.#standing = saved ? 'saved' : 'shown';
    this.#options.standsForRun(file);
  }
}
