/**
 * - `settings`: a number that an optimiser cannot work with
 * - `state`: a saved state that does not fit what is optimised
 * - `not-finite`: the function or its gradient is not a number
 */
export type OptimiserErrorCode = 'settings' | 'state' | 'not-finite';

/** An optimiser that cannot begin or go on; the message is a sentence. */
export class OptimiserError extends Error {
  override readonly name = 'OptimiserError';
  readonly code: OptimiserErrorCode;

  constructor(code: OptimiserErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
