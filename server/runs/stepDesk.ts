import sharp from 'sharp';
import type { Picture } from '../../models/image/picture.ts';
import type { FromEngine, Inspection, InspectionAnswer } from '../engine/messages.ts';
import type {
  ChannelsRequest,
  LensAnswer,
  LensPictureRequest,
  LensRequest,
  StepChannels,
} from '../protocol/inspection.ts';
import type { RunRecord } from '../protocol/runs.ts';
import type { EngineProcess } from './engineProcess.ts';
import { StepQuestionError } from './stepQuestionError.ts';

/** Questions that wait for the engine at most. */
const MOST = 16;

interface Asked {
  readonly answered: (answer: InspectionAnswer) => void;
  readonly failed: (error: StepQuestionError) => void;
}
type AnswerTo<A extends Inspection['about']> = Extract<InspectionAnswer, { about: A }>;

/** Hands questions about steps to the engine, which answers them one after the other. */
export class StepDesk {
  readonly #engine: EngineProcess;
  readonly #asked = new Map<number, Asked>();
  #last = 0;

  constructor(engine: EngineProcess) {
    this.#engine = engine;
    engine.on('message', (message) => this.#receive(message));
    engine.on('exit', () => this.#engineGone());
  }

  /** Throws StepQuestionError, as the others do. */
  async channels(record: RunRecord, request: ChannelsRequest): Promise<StepChannels> {
    return (await this.#ask({ about: 'channels', ...made(record, request) })).channels;
  }

  async lens(record: RunRecord, request: LensRequest): Promise<LensAnswer> {
    return (await this.#ask({ about: 'lens', ...made(record, request) })).lens;
  }

  /** A PNG of what a layer looked at. */
  async picture(record: RunRecord, request: LensPictureRequest): Promise<Uint8Array> {
    const { picture } = await this.#ask({ about: 'picture', ...made(record, request) });
    return encode(picture);
  }

  #ask<A extends Inspection['about']>(question: Extract<Inspection, { about: A }>): Promise<AnswerTo<A>> {
    if (this.#asked.size >= MOST) {
      const message = `${MOST} questions about steps are waiting already: ask again in a moment.`;
      return Promise.reject(new StepQuestionError('busy', message));
    }
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      if (!this.#engine.send({ kind: 'inspect', id, question })) return reject(noEngine());
      this.#asked.set(id, {
        // Sound: the engine answers a question with an answer of its kind.
        answered: (answer) => resolve(answer as AnswerTo<A>),
        failed: reject,
      });
      this.#engine.setBusy('inspection', true);
    });
  }

  #receive(message: FromEngine): void {
    if (message.kind !== 'inspected') return;
    const asked = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if (this.#asked.size === 0) this.#engine.setBusy('inspection', false);
    if (message.answer) asked?.answered(message.answer);
    else if (message.refusal)
      asked?.failed(new StepQuestionError(message.refusal.code, message.refusal.message));
  }

  #engineGone(): void {
    this.#engine.setBusy('inspection', false);
    for (const { failed } of this.#asked.values()) failed(noEngine());
    this.#asked.clear();
  }
}

/** Where the steps of a node were made: in this run, or in the one whose result it used again. */
function made<R extends { readonly node: string }>(
  { id, nodes }: RunRecord,
  request: R,
): { readonly run: string; readonly request: R } {
  const node = nodes[request.node];
  if (!node) {
    throw new StepQuestionError('gone', `This run has no node "${request.node}".`);
  }
  if (!node.madeBy) return { run: id, request };
  return { run: node.madeBy.run, request: { ...request, node: node.madeBy.node } };
}

const noEngine = (): StepQuestionError =>
  new StepQuestionError(
    'no-engine',
    'The engine is not there: it starts again by itself, but what it knew of steps is gone.',
  );

async function encode({ width, height, data }: Picture): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
