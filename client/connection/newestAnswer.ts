import { shallowRef } from 'vue';
import { texts } from '../texts/en.ts';
import { RequestError } from './requestError.ts';

/**
 * Asks one question at a time, and then the newest: while a person drags, those between are never asked. The last
 * answer stays until the next one comes.
 */
export class NewestAnswer<Question, Answer> {
  private readonly answerRef = shallowRef<Answer>();
  private readonly answeredRef = shallowRef<Question>();
  private readonly problemRef = shallowRef<string>();
  private readonly waitingRef = shallowRef(false);
  private readonly ask: (question: Question) => Promise<Answer>;
  private wanted: Question | undefined;
  private asking = false;

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
    this.waitingRef.value = question !== undefined;
    if (question === undefined) this.settle(undefined, undefined);
    else if (!this.asking) void this.work();
  }

  private async work(): Promise<void> {
    this.asking = true;
    for (let question = this.wanted; question !== undefined;) {
      const result = await this.ask(question).then(
        (answer) => ({ answer, problem: undefined }),
        (error: unknown) => ({ answer: undefined, problem: sentenceOf(error) }),
      );
      if (this.wanted === question) {
        this.waitingRef.value = false;
        this.answeredRef.value = question;
        this.settle(result.answer, result.problem);
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

function sentenceOf(error: unknown): string {
  return error instanceof RequestError ? error.message : texts.filmstrip.views.failed;
}
