export type PictureErrorCode =
  'not-a-picture' | 'truncated' | 'too-large' | 'unsupported' | 'bad-size' | 'bad-png';

/** A file that is no picture, or one that cannot be used: the sentence says what was found and what was expected. */
export class PictureError extends Error {
  readonly code: PictureErrorCode;

  constructor(code: PictureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PictureError';
    this.code = code;
  }
}
