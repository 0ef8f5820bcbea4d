import { setTimeout as pause } from 'node:timers/promises';
import { DownloadFailure } from './downloadFailure.ts';
import { networkFailure } from './networkFailure.ts';

export interface TryOptions {
  /** What is asked for, for messages. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly retryDelay: number;
  /** Why nothing arrives just now. */
  readonly onWaiting: (message: string) => void;
  /** Whether the last attempt got so far that the next one is a first one. */
  readonly gotOn?: () => boolean;
}

/** Attempts that got nowhere, after which it is given up. */
const ATTEMPTS = 6;
const LONGEST_DELAY = 30_000;

/** Tries until it works, as long as the network or the server may come round. Throws DownloadFailure, and what is no failure of them. */
export async function tryAgain<Value>(attempt: () => Promise<Value>, options: TryOptions): Promise<Value> {
  const { what, signal, retryDelay, onWaiting, gotOn = () => false } = options;
  for (let failed = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      const failure = networkFailure(error, what);
      if (!failure?.passing) throw failure ?? error;
      failed = gotOn() ? 1 : failed + 1;
      if (failed >= ATTEMPTS) throw givenUp(failure);
      const delay = failure.wait ?? Math.min(retryDelay * 2 ** (failed - 1), LONGEST_DELAY);
      const when = delay < 1000 ? '' : ` in ${Math.ceil(delay / 1000)} s`;
      onWaiting(`${failure.message} Trying again${when}.`);
      await pause(delay, undefined, { signal });
    }
  }
}

const givenUp = (failure: DownloadFailure): DownloadFailure =>
  new DownloadFailure(`${failure.message} It was tried ${ATTEMPTS} times; start it again later.`, {
    cause: failure,
  });
