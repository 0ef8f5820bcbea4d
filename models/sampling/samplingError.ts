export type SamplingErrorCode =
  | 'bad-steps'
  | 'bad-layers'
  | 'bad-parameter'
  | 'shape-mismatch'
  | 'not-finite'
  | 'no-space'
  | 'damaged-file';

/** A sampler was asked for something impossible, or met numbers it cannot go on with. The message is a sentence. */
export class SamplingError extends Error {
  readonly code: SamplingErrorCode;

  constructor(code: SamplingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SamplingError';
    this.code = code;
  }
}
