/** A pickle that is broken, or larger than anything that is read here. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

/** The bytes end before the pickle does: with more of them it might be whole. */
export class PickleEndError extends PickleError {}
