import { shallowRef } from 'vue';
import { texts } from '../texts/en.ts';
import { RequestError, type RequestErrorCode } from './requestError.ts';

/** What passes: no connection, an engine that starts again, a run of somebody else. */
const PASSING: ReadonlySet<RequestErrorCode> = new Set(['offline', 'engine-unavailable', 'conflict']);
/** Milliseconds until a question is asked again that met with that. */
const PAUSE = 2000;

/**
 * Asks one question at a time, and then the newest: while a person drags, those between are never asked. The last
 * answer stays until the next one comes. What cannot be answered just now is asked again in a while.
 */
export class NewestAnswer<Question, Answer> {
  private readonly answerRef = shallowRef<Answer>();
  private readonly answeredRef = shallowRef<Question>();
  private readonly problemRef = shallowRef<string>();
  private readonly waitingRef = shallowRef(false);
  private readonly ask: (question: Question) => Promise<Answer>;
  private wanted: Question | undefined;
  private asking = false;
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (question: Question) => Promise<Answer>) {
    this.ask = ask;
  }

  get answer(): Answer | undefined {
    return this.answerRef.value;
  }
  /** What that is the answer to. */
  get answered(): Question | undefined {
    return this.answeredRef.value;
  }
  /** Why there is no answer to the newest question, as a sentence. */
  get problem(): string | undefined {
    return this.problemRef.value;
  }
  get waiting(): boolean {
    return this.waitingRef.value;
  }

  /** Undefined = nothing any more: what is still on its way is not waited for. */
  want(question: Question | undefined): void {
    this.wanted = question;
    clearTimeout(this.pause);
    this.waitingRef.value = question !== undefined;
    if (question === undefined) this.settle(undefined, undefined);
    else if (!this.asking) void this.work();
  }

  private async work(): Promise<void> {
    this.asking = true;
    for (let question = this.wanted; question !== undefined;) {
      const result = await this.ask(question).then(
        (answer) => ({ answer, error: undefined }),
        (error: Error) => ({ answer: undefined, error }),
      );
      if (this.wanted === question) {
        this.waitingRef.value = false;
        this.answeredRef.value = question;
        this.settle(result.answer, result.error && sentenceOf(result.error));
        if (isPassing(result.error)) this.pause = setTimeout(() => void this.work(), PAUSE);
        break;
      }
      question = this.wanted;
    }
    this.asking = false;
  }

  private settle(answer: Answer | undefined, problem: string | undefined): void {
    this.answerRef.value = answer;
    this.problemRef.value = problem;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof RequestError && PASSING.has(error.code);
}

function sentenceOf(error: unknown): string {
  return error instanceof RequestError ? error.message : texts.filmstrip.views.failed;
}
