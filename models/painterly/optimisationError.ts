/** - `not-finite`: a loss turned NaN or infinite; the message says which, and after how many steps. */
export class OptimisationError extends Error {
  override readonly name = 'OptimisationError';
  readonly code = 'not-finite';
  /** Steps that were done; the picture is as it was after the last good one. */
  readonly steps: number;

  constructor(message: string, steps: number) {
    super(message);
    this.steps = steps;
  }
}
