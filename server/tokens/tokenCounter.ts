import { Worker } from 'node:worker_threads';
import type { TokenCount } from '../protocol/tokens.ts';
import type { FromTokenThread, ToTokenThread } from './tokenMessages.ts';

export interface TokenCounterOptions {
  /** The thread's program (dist/server/tokens.js). */
  readonly entry: string;
  /** How long an answer may take, in milliseconds; then the thread is ended. */
  readonly timeout?: number;
}

interface Waiting {
  readonly resolve: (count: TokenCount) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Counts a prompt's tokens in a thread of its own, which is started when it is first needed. */
export class TokenCounter {
  readonly #options: Required<TokenCounterOptions>;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #last = 0;

  constructor({ entry, timeout = 10_000 }: TokenCounterOptions) {
    this.#options = { entry, timeout };
  }

  /** Rejects with a sentence when the vocabulary cannot be read, or when it takes too long. */
  count(request: Omit<ToTokenThread, 'id'>): Promise<TokenCount> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(new Error('Counting the tokens of this text takes too long.'));
      }, this.#options.timeout);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#thread ??= this.#start();
      this.#thread.postMessage({ ...request, id } satisfies ToTokenThread, []);
    });
  }

  close(): void {
    this.#end(new Error('Impasto was stopped.'));
  }

  #start(): Worker {
    const thread = new Worker(this.#options.entry);
    thread.on('message', (message: FromTokenThread) => this.#receive(message));
    thread.on('error', (error) => this.#end(error));
    // An open thread is no reason to stay.
    thread.unref();
    return thread;
  }

  #receive(message: FromTokenThread): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    clearTimeout(waiting?.timer);
    if ('count' in message) waiting?.resolve(message.count);
    else waiting?.reject(new Error(message.message));
  }

  #end(error: Error): void {
    void this.#thread?.terminate();
    this.#thread = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
  }
}
