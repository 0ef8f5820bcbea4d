export type RefusalCode = 'gone' | 'busy' | 'bad-request';

/** A step cannot be looked at as asked. The message is a sentence for people. */
export class InspectionRefusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'InspectionRefusal';
    this.code = code;
  }
}
