/**
 * - `other-settings`: the checkpoint was made with other settings
 * - `checkpoint`: the checkpoint is no such file, or does not fit what is trained
 * - `unsaved`: the checkpoint cannot be written
 * - `not-finite`: a loss, a gradient or a weight is not a number any more
 */
export type TrainingErrorCode = 'other-settings' | 'checkpoint' | 'unsaved' | 'not-finite';

/** A training that cannot begin or go on; the message is a sentence. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  readonly code: TrainingErrorCode;

  constructor(code: TrainingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
