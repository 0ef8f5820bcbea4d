import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { engineEnvironment } from '../engine/engineEnvironment.ts';
import type { EngineSettings, FromEngine, ToEngine } from '../engine/messages.ts';
import { KEEP_GRACE } from './keepGrace.ts';
import { OutputTail } from './outputTail.ts';

export type EngineState = 'starting' | 'ready' | 'restarting' | 'stopped';
/** What may hold the engine's thread for long. */
export type EngineWork = 'run' | 'inspection';
export type EngineReady = Extract<FromEngine, { kind: 'ready' }>;

/** How the engine process ended. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It had said `ready` before. */
  readonly wasReady: boolean;
  /** The server ended it on purpose (no answer to a cancel, no answer to a ping). */
  readonly killed: boolean;
  /** The last line that it printed, for people who look for the cause. */
  readonly lastLine: string | undefined;
  /** How many times in a row it ended before it was ready. */
  readonly failedStarts: number;
}

export interface EngineOptions {
  /** The engine program; a `.ts` file is run through tsx (tests and development). */
  readonly entry: string;
  readonly settings: EngineSettings;
  /** Where its output goes, line by line. */
  readonly print?: (line: string) => void;
  readonly pingEvery?: number;
  readonly pingTimeout?: number;
  /** How long it may take to say `ready`. */
  readonly readyTimeout?: number;
  /** How long it may take to end when it is stopped. */
  readonly stopGrace?: number;
  /** First wait before a restart, in milliseconds; doubles up to `restartAtMost`. */
  readonly restartAfter?: number;
  readonly restartAtMost?: number;
}

interface EngineEvents {
  ready: [EngineReady];
  message: [FromEngine];
  state: [EngineState];
  exit: [EngineExit];
}

/**
 * Keeps one engine process alive: starts it, asks now and then whether it still answers, and starts it again when it
 * ends. It knows nothing of runs; whoever sends it one decides what an exit means.
 */
export class EngineProcess extends EventEmitter<EngineEvents> {
  readonly #options: Required<Omit<EngineOptions, 'print'>> & Pick<EngineOptions, 'print'>;
  readonly #tail = new OutputTail(200);
  #child: ChildProcess | undefined;
  #state: EngineState = 'stopped';
  #killed = false;
  #failedStarts = 0;
  #restartTimer: NodeJS.Timeout | undefined;
  #pingTimer: NodeJS.Timeout | undefined;
  #readyTimer: NodeJS.Timeout | undefined;
  #unanswered: { nonce: number; since: number } | undefined;
  #nonce = 0;
  /** Its run has something to put away when it is stopped. */
  #keeping = false;
  /** While a model computes, the engine cannot answer: no pings then. */
  readonly #busyWith = new Set<EngineWork>();

  constructor(options: EngineOptions) {
    super();
    this.#options = {
      pingEvery: 10_000,
      pingTimeout: 30_000,
      readyTimeout: 120_000,
      stopGrace: 5_000,
      restartAfter: 100,
      restartAtMost: 30_000,
      ...options,
    };
  }

  get state(): EngineState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#child) return;
    this.#setState('starting');
    this.#spawn();
    this.#pingTimer = setInterval(() => this.#ping(), this.#options.pingEvery);
    this.#pingTimer.unref();
  }

  /** False when there is no process to take the message. */
  send(message: ToEngine): boolean {
    if (this.#state !== 'ready' || !this.#child?.connected) return false;
    this.#child.send(message, () => undefined);
    return true;
  }

  /** Tells whether work of that kind is going on, in which case a late answer to a ping means nothing. */
  setBusy(work: EngineWork, busy: boolean): void {
    if (busy) this.#busyWith.add(work);
    else this.#busyWith.delete(work);
    this.#unanswered = undefined;
  }

  /** Ends the process at once; it is started again. */
  kill(): void {
    this.#killed = true;
    this.#child?.kill('SIGKILL');
  }

  /** Ends the process for good. */
  async stop(): Promise<void> {
    this.#setState('stopped');
    clearTimeout(this.#restartTimer);
    clearInterval(this.#pingTimer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // It ends with its channel, once what it has computed so far is on disk.
    if (child.connected) child.disconnect();
    else child.kill('SIGTERM');
    const force = setTimeout(
      () => child.kill('SIGKILL'),
      this.#keeping ? KEEP_GRACE : this.#options.stopGrace,
    );
    await gone;
    clearTimeout(force);
  }

  #spawn(): void {
    const { entry, settings, print } = this.#options;
    const child = fork(entry, [JSON.stringify(settings)], {
      serialization: 'advanced',
      env: engineEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl+C in the terminal is for the server, which ends its engine in order.
      detached: process.platform !== 'win32',
      execArgv: entry.endsWith('.ts') ? ['--import', 'tsx'] : [],
    });
    this.#child = child;
    this.#killed = false;
    this.#keeping = false;
    this.#unanswered = undefined;
    this.#readyTimer = setTimeout(() => this.kill(), this.#options.readyTimeout).unref();
    for (const stream of [child.stdout, child.stderr]) this.#tail.follow(stream, print);
    child.on('message', (message) => this.#receive(message as FromEngine));
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      // What it printed last is worth a short wait; a grandchild that holds the pipe open is not.
      const late = setTimeout(() => this.#ended(child, code, signal), 300);
      child.once('close', () => {
        clearTimeout(late);
        this.#ended(child, code, signal);
      });
    });
  }

  #receive(message: FromEngine): void {
    if (message.kind === 'pong') {
      if (message.nonce === this.#unanswered?.nonce) this.#unanswered = undefined;
    } else if (message.kind === 'ready') {
      clearTimeout(this.#readyTimer);
      this.#failedStarts = 0;
      this.#setState('ready');
      this.emit('ready', message);
    } else {
      if (message.kind === 'keeping') this.#keeping = message.keeping;
      this.emit('message', message);
    }
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    clearTimeout(this.#readyTimer);
    if (this.#state === 'stopped') return;
    const wasReady = this.#state === 'ready';
    if (!wasReady) this.#failedStarts++;
    this.#setState('restarting');
    const { restartAfter, restartAtMost } = this.#options;
    const wait = Math.min(restartAfter * 2 ** this.#failedStarts, restartAtMost);
    this.#restartTimer = setTimeout(() => this.#spawn(), wait);
    this.emit('exit', {
      code,
      signal,
      wasReady,
      killed: this.#killed,
      lastLine: this.#tail.last,
      failedStarts: this.#failedStarts,
    });
  }

  #ping(): void {
    if (this.#state !== 'ready' || this.#busyWith.size > 0) return;
    const now = performance.now();
    if (this.#unanswered === undefined) {
      this.#unanswered = { nonce: ++this.#nonce, since: now };
      this.send({ kind: 'ping', nonce: this.#nonce });
    } else if (now - this.#unanswered.since > this.#options.pingTimeout) this.kill();
  }

  #setState(state: EngineState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.emit('state', state);
  }
}
