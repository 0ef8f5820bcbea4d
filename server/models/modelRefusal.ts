import { printable } from './printable.ts';

export type ModelRefusalCode = 'bad-request' | 'not-found' | 'conflict' | 'no-space';

/** Something about models that cannot be done, and that a person can mend: the message is for them. */
export class ModelRefusal extends Error {
  readonly code: ModelRefusalCode;

  constructor(code: ModelRefusalCode, message: string, cause?: unknown) {
    super(printable(message), { cause });
    this.name = 'ModelRefusal';
    this.code = code;
  }
}
