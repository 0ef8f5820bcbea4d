import { createHash } from 'node:crypto';
import type { Download } from '../../protocol/models.ts';
import type { PartFiles } from './partFiles.ts';
import { RateMeter } from './rateMeter.ts';

/** The same for the same name: there can be one download of it at a time. */
export const downloadId = (name: string): string =>
  createHash('sha256').update(name).digest('hex').slice(0, 16);

/** How far a download is and what became of it, as it is told. */
export class DownloadStatus {
  readonly #parts: PartFiles;
  readonly #changed: (download: Download) => void;
  readonly #meter = new RateMeter();
  #state: Download['state'] = 'waiting';
  #message: string | undefined;
  #file: string | undefined;
  /** Of the files before the one at work. */
  #behind = 0;
  #bytes = 0;

  constructor(parts: PartFiles, changed: (download: Download) => void) {
    this.#parts = parts;
    this.#changed = changed;
  }

  get active(): boolean {
    return ['waiting', 'downloading', 'checking'].includes(this.#state);
  }

  get facts(): Download {
    const { plan, total } = this.#parts;
    const { rate } = this.#meter;
    const going = this.#state === 'downloading';
    const secondsLeft = going ? this.#meter.secondsLeft(total) : undefined;
    return {
      id: downloadId(plan.name),
      at: performance.timeOrigin + performance.now(),
      title: plan.title,
      file: this.#file ?? plan.files[0]?.path ?? plan.name,
      state: this.#state,
      bytes: this.#bytes,
      name: plan.name,
      request: plan.request,
      resumable: (this.#state === 'failed' || this.#state === 'cancelled') && this.#bytes > 0,
      ...(total !== undefined && { total }),
      ...(going && rate !== undefined && { rate }),
      ...(secondsLeft !== undefined && { secondsLeft }),
      ...(this.#message !== undefined && { message: this.#message }),
    };
  }

  say(state: Download['state'], message?: string): void {
    this.#state = state;
    this.#message = message;
    this.#changed(this.facts);
  }

  /** What lies there of all files. */
  has(bytes: number): void {
    this.#bytes = bytes;
  }

  /** Turns to a file; so much of those before it lies there. */
  turnTo(file: string, behind: number): void {
    this.#file = file;
    this.#behind = behind;
  }

  /** So much of the file at work lies there. */
  receive(bytes: number): void {
    this.#bytes = this.#behind + bytes;
    this.#meter.add(this.#bytes, performance.now());
    this.#message = undefined;
    this.#changed(this.facts);
  }
}
