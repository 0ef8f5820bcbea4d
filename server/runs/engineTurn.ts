import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { FromEngine } from '../engine/messages.ts';
import { linearPreviews } from '../protocol/previews.ts';
import type { RunError } from '../protocol/runs.ts';
import { EngineDeadlines } from './engineDeadlines.ts';
import type { EngineExit, EngineProcess, EngineReady } from './engineProcess.ts';
import type { LiveRun } from './liveRun.ts';
import type { EndState } from './runEndings.ts';
import { runningNode } from './runningNode.ts';
import { engineCannotStart, engineEnded, engineSilent } from './words.ts';

export interface EngineTurnOptions {
  readonly engine: EngineProcess;
  /** How long the engine may take to answer a cancel before it is ended, in milliseconds. */
  readonly cancelGrace: number;
  /** How long the engine may take to say that it has started a run, in milliseconds. */
  readonly startTimeout: number;
  /** The engine can be given a run. */
  readonly ready: () => void;
  /** The run is over. */
  readonly ended: (run: LiveRun, state: EndState, error?: RunError) => void;
  /** The run has stopped where it can go on. */
  readonly paused: (run: LiveRun) => void;
  /** The engine had ended before it could take the run. */
  readonly returned: (run: LiveRun) => void;
  /** No run can be given to an engine for now. */
  readonly hopeless: (error: RunError) => void;
}

/** Failed starts in a row after which waiting runs are told that there is no engine. */
const HOPELESS = 3;

/** The one run that the engine has, from when it is given until the engine is rid of it, however that comes. */
export class EngineTurn {
  readonly #options: EngineTurnOptions;
  readonly #deadlines: EngineDeadlines;
  #run: LiveRun | undefined;
  #ready: EngineReady | undefined;
  /** Runs that an engine was given and did not live to take. */
  readonly #returned = new WeakSet<LiveRun>();

  constructor(options: EngineTurnOptions) {
    const { engine, cancelGrace, startTimeout } = options;
    this.#options = options;
    this.#deadlines = new EngineDeadlines({ cancelGrace, startTimeout, kill: () => engine.kill() });
    engine.on('ready', (ready) => {
      this.#ready = ready;
      options.ready();
    });
    engine.on('message', (message) => this.#receive(message));
    engine.on('exit', (exit) => this.#engineGone(exit));
  }

  get run(): LiveRun | undefined {
    return this.#run;
  }

  /** What the engine said of itself when it was last ready. */
  get ready(): EngineReady | undefined {
    return this.#ready;
  }

  /** False when there is no engine to take the run now. */
  give(run: LiveRun): boolean {
    const { engine } = this.#options;
    const document = run.record.workflow as unknown as WorkflowDocument;
    const { targets, previews = linearPreviews } = run.record;
    if (!engine.send({ kind: 'run', run: run.id, document, ...(targets && { targets }), previews }))
      return false;
    engine.setBusy('run', true);
    this.#run = run;
    const { device, precision, versions } = this.#ready!;
    run.describe({
      device,
      ...(precision ? { precision } : {}),
      versions: { ...run.record.versions, ...versions },
    });
    this.#deadlines.given();
    return true;
  }

  /** Asks the engine to stop the run. */
  cancel({ id }: LiveRun): void {
    this.#options.engine.send({ kind: 'cancel', run: id });
    this.#deadlines.cancelled();
  }

  /** Asks the engine to stop the run where it can go on. */
  pause({ id }: LiveRun): void {
    this.#options.engine.send({ kind: 'pause', run: id });
  }

  /** The run is not the engine's any more, whatever it may say of it. */
  take(): LiveRun | undefined {
    const run = this.#run;
    this.#options.engine.setBusy('run', false);
    this.#deadlines.over();
    this.#run = undefined;
    return run;
  }

  #receive(message: FromEngine): void {
    const run = this.#run;
    if (!run || !('run' in message) || message.run !== run.id) return;
    this.#deadlines.heard();
    if (message.kind === 'finished') this.#finished(run, message);
    else if (message.kind === 'keeping') this.#deadlines.keeping(message.keeping);
    else run.receive(message);
  }

  #finished(run: LiveRun, { state, error }: Extract<FromEngine, { kind: 'finished' }>): void {
    // It may have been cancelled when it had paused already.
    const { cancelling } = this.#deadlines;
    if (state !== 'paused') this.#end(run, state, error);
    else if (cancelling) this.#end(run, 'cancelled');
    else {
      this.take();
      this.#options.paused(run);
    }
  }

  #end(run: LiveRun, state: EndState, error?: RunError): void {
    this.take();
    this.#options.ended(run, state, error);
  }

  #engineGone(exit: EngineExit): void {
    const run = this.#run;
    const { startTimeout, returned, hopeless } = this.#options;
    const { cancelling, starting } = this.#deadlines;
    if (!run) {
      if (exit.failedStarts >= HOPELESS) hopeless(engineCannotStart(exit));
    } else if (cancelling) this.#end(run, 'cancelled');
    else if (starting && exit.killed) this.#end(run, 'failed', engineSilent(startTimeout / 1000));
    else if (starting && !this.#returned.has(run)) {
      // The next engine takes it. Once, or they might end of it.
      this.#returned.add(run);
      this.take();
      returned(run);
    } else this.#end(run, 'failed', engineEnded(exit, runningNode(run.record), run.changedFile));
  }
}
