import type { RefusalCode } from '../engine/inspection/inspectionRefusal.ts';

export type StepQuestionCode = RefusalCode | 'no-engine' | 'internal';

/** A question about a step that gets no answer. The message is a sentence for people. */
export class StepQuestionError extends Error {
  readonly code: StepQuestionCode;

  constructor(code: StepQuestionCode, message: string) {
    super(message);
    this.name = 'StepQuestionError';
    this.code = code;
  }
}
