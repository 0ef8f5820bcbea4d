import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { Problem } from '../../../workflows/schema/problem.ts';
import type { FromEngine } from '../../engine/messages.ts';
import type { Finished } from '../../engine/runOnce.ts';
import { remarksOf } from '../../protocol/remarksOf.ts';

/** How a run is shown on the command line. */
export interface RunPrinter {
  /** `notes`: what a person should know before. */
  begin(document: WorkflowDocument, notes: readonly string[]): void;
  message(message: FromEngine): void;
  output(node: string, path: string): void;
  /** How it is paused and goes on. */
  pause(what: 'pausing' | 'paused' | 'resumed'): void;
  problems(problems: readonly Problem[]): void;
  end(finished: Finished, seconds: number): void;
}

const pauseTexts = {
  pausing: 'Pausing after this step; a node that cannot be gone on with is finished first.',
  paused: 'Paused. What was done is kept; fg goes on with it.',
  resumed: 'Going on.',
} as const;

type Write = (text: string) => void;

const silent: ReadonlySet<FromEngine['kind']> = new Set(['pong', 'preview', 'shown', 'keeping', 'finished']);

/** One line of JSON per event on standard output; no pictures in it. */
export function jsonPrinter(write: Write): RunPrinter {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`);
  return {
    begin: (_document, notes) => notes.forEach((message) => line({ kind: 'note', message })),
    message: (message) => {
      if (silent.has(message.kind)) return;
      const { run: _, ...rest } = { run: undefined, ...message };
      line(rest);
    },
    output: (node, path) => line({ kind: 'output', node, path }),
    pause: (kind) => line({ kind }),
    problems: (problems) => line({ kind: 'problems', problems }),
    end: (finished, seconds) => line({ kind: 'finished', ...finished, seconds }),
  };
}

/** Lines for people: a node when it starts and ends. On a terminal, the node at work has a bar that moves. */
export function textPrinter(write: Write, terminal: boolean): RunPrinter {
  const titles = new Map<string, string>();
  const started = new Set<string>();
  const line = (text: string) => write(terminal ? `\r\u001B[K${text}\n` : `${text}\n`);
  const bar = (text: string) => terminal && write(`\r\u001B[K${text}`);
  const name = (node: string) => titles.get(node) ?? node;

  const node = ({ node: id, record }: Extract<FromEngine, { kind: 'node' }>) => {
    const { state, milliseconds = 0, progress, step, of, secondsLeft } = record;
    if (state === 'running' && progress !== undefined) {
      const count = step === undefined ? '' : ` ${step}/${of}`;
      const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
      bar(`  ${name(id)} ${drawBar(progress)}${count}${left}`);
    } else if (state === 'running' && !started.has(id)) {
      started.add(id);
      bar(`  ${name(id)} ...`);
      if (!terminal) line(`${name(id)} ...`);
    } else if (state === 'done') line(`${name(id)}: done in ${(milliseconds / 1000).toFixed(2)} s`);
    else if (state === 'cached') line(`${name(id)}: unchanged, taken from the cache`);
    if (state === 'done' || state === 'cached')
      for (const remark of remarksOf(record)) line(`${name(id)}: ${remark}.`);
  };
  return {
    begin: (document, notes) => {
      for (const { id, title } of document.nodes) titles.set(id, title ? `${title} (${id})` : id);
      notes.forEach(line);
    },
    message: (message) => {
      if (message.kind === 'ready') line(`Engine: ${message.device}, ${message.threads} threads`);
      else if (message.kind === 'node') node(message);
    },
    output: (_node, path) => line(`Saved ${path}`),
    pause: (what) => line(pauseTexts[what]),
    problems: (problems) => problems.forEach((problem) => line(problemLine(problem))),
    end: ({ state, error }, seconds) => {
      if (state === 'done') line(`Done in ${seconds.toFixed(1)} s.`);
      else if (state === 'cancelled') line('Cancelled.');
      else
        line(
          error?.node === undefined
            ? `Failed: ${error?.message}`
            : `Failed at ${error.node}: ${error.message}`,
        );
    },
  };
}

/** `content.image: sentence [code]` */
export function problemLine({ code, message, node, port }: Problem): string {
  const place = [node, port].filter((part) => part !== undefined).join('.');
  return `${place ? `${place}: ` : ''}${message} [${code}]`;
}

function drawBar(fraction: number): string {
  const width = 24;
  const full = Math.round(width * Math.min(1, Math.max(0, fraction)));
  return `[${'='.repeat(full)}${' '.repeat(width - full)}]`;
}
