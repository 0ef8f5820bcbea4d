import { KEEP_GRACE } from './keepGrace.ts';

export interface EngineDeadlinesOptions {
  /** How long the engine may take to answer a cancel, in milliseconds. */
  readonly cancelGrace: number;
  /** How long it may take to say that it has started a run, in milliseconds. */
  readonly startTimeout: number;
  /** Ends an engine that takes longer. */
  readonly kill: () => void;
}

/** By when the engine has to answer what it was told last of the run that it has. */
export class EngineDeadlines {
  readonly #options: EngineDeadlinesOptions;
  #cancel: NodeJS.Timeout | undefined;
  #start: NodeJS.Timeout | undefined;
  #grace: number;

  constructor(options: EngineDeadlinesOptions) {
    this.#options = options;
    this.#grace = options.cancelGrace;
  }

  /** The engine was given the run, and has not said a word of it. */
  get starting(): boolean {
    return this.#start !== undefined;
  }

  /** It was told to stop, and has not. */
  get cancelling(): boolean {
    return this.#cancel !== undefined;
  }

  given(): void {
    const { startTimeout, kill } = this.#options;
    this.#start = setTimeout(kill, startTimeout);
  }

  heard(): void {
    clearTimeout(this.#start);
    this.#start = undefined;
  }

  cancelled(): void {
    this.#cancel ??= setTimeout(this.#options.kill, this.#grace);
  }

  /** The run has something to put away when it is cancelled, or has no more. */
  keeping(keeping: boolean): void {
    this.#grace = keeping ? KEEP_GRACE : this.#options.cancelGrace;
  }

  /** The engine has no run any more. */
  over(): void {
    this.heard();
    clearTimeout(this.#cancel);
    this.#cancel = undefined;
    this.keeping(false);
  }
}
