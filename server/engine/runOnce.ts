import { fork } from 'node:child_process';
import { changedFile } from '../../models/weights/fileStamp.ts';
import type { FileStamp } from '../../models/weights/weightSource.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import { cutShort } from '../runs/words.ts';
import { engineEnvironment } from './engineEnvironment.ts';
import type { EngineSettings, FromEngine, ToEngine } from './messages.ts';

type FinishedMessage = Extract<FromEngine, { kind: 'finished' }>;
export interface Finished extends Pick<FinishedMessage, 'error'> {
  readonly state: Exclude<FinishedMessage['state'], 'paused'>;
}

/** Has the run stop in between, where it can go on. */
export interface RunPause {
  isAsked(): boolean;
  /** Calls back whenever it is asked for. */
  onAsk(listener: () => void): void;
  /** Called when the run has stopped; resolves when it is to go on. */
  held(): Promise<void>;
}

export interface RunOnceOptions {
  /** The engine program (dist/server/engine.js); a `.ts` file is run through tsx. */
  readonly entry: string;
  readonly settings: EngineSettings;
  /** A workflow that validateWorkflow finds nothing wrong with. */
  readonly document: WorkflowDocument;
  readonly onMessage: (message: FromEngine) => void;
  readonly signal?: AbortSignal;
  readonly pause?: RunPause;
}

const RUN = 'commandline';

/** Runs one workflow in an engine process of its own, without a server and without step pictures. Never rejects: a crash is a failed run. */
export function runOnce(options: RunOnceOptions): Promise<Finished> {
  const { entry, settings, document, onMessage, signal, pause } = options;
  const child = fork(entry, [JSON.stringify(settings)], {
    serialization: 'advanced',
    env: engineEnvironment(),
    execArgv: entry.endsWith('.ts') ? ['--import', 'tsx'] : [],
  });
  const send = (message: ToEngine): void => void (child.connected && child.send(message, () => undefined));
  const cancel = (): void => send({ kind: 'cancel', run: RUN });
  signal?.addEventListener('abort', cancel, { once: true });
  const askPause = (): void => send({ kind: 'pause', run: RUN });
  pause?.onAsk(askPause);
  const files: FileStamp[] = [];
  return new Promise((resolve) => {
    const end = (finished: Finished): void => {
      signal?.removeEventListener('abort', cancel);
      resolve(finished);
      if (child.connected) child.disconnect();
    };
    const begin = (): void => {
      if (signal?.aborted) end({ state: 'cancelled' });
      else send({ kind: 'run', run: RUN, document });
    };
    const hold = async (): Promise<void> => {
      await pause?.held();
      begin();
    };
    child.on('message', (raw) => {
      const message = raw as FromEngine;
      onMessage(message);
      if (message.kind === 'model') files.push(...(message.files ?? []));
      if (message.kind === 'ready') begin();
      if (message.kind === 'started' && pause?.isAsked()) askPause();
      if (message.kind !== 'finished') return;
      const { state, error } = message;
      if (state === 'paused') void hold();
      else end(error ? { state, error } : { state });
    });
    child.once('error', (error) => end(crashed(error.message)));
    child.once('exit', (code, killer) => {
      const changed = killer === 'SIGBUS' ? changedFile(files)?.file : undefined;
      if (changed !== undefined)
        return end({ state: 'failed', error: { code: 'changed', message: cutShort(changed) } });
      end(crashed(killer ? `ended by ${killer}` : `exit code ${code}`));
    });
  });
}

function crashed(how: string): Finished {
  const message = `The engine stopped before the run was done (${how}). It may have run out of memory.`;
  return { state: 'failed', error: { code: 'engine-crashed', message } };
}
