/**
 * What a pickle can hold here: plain values and containers. Everything that Python would make by calling something is
 * an inert record of what would have been called with what.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleSequence
  | PickleDict
  | PickleGlobal
  | PickleObject
  | PersistentId;

/** A list, tuple or set. */
export class PickleSequence {
  constructor(readonly items: PickleValue[]) {}
}

/** A dict of any kind, in order. Keys need not be strings; a repeated key has its last value. */
export class PickleDict {
  readonly #entries = new Map<unknown, PickleValue>();

  set(key: PickleValue, value: PickleValue): void {
    this.#entries.set(key, value);
  }
  get(key: string): PickleValue | undefined {
    return this.#entries.get(key);
  }
  *[Symbol.iterator](): Iterator<[PickleValue, PickleValue]> {
    yield* this.#entries as Map<PickleValue, PickleValue>;
  }
}

/** The name of a class or function, `module.name`. Never looked up. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** An object that Python would have made by calling `type` with `args`; never made here. */
export class PickleObject {
  /** What the object would have been given afterwards: attributes, as a rule in a dict. */
  state: PickleValue | undefined;
  /** Items that would have been set or appended. */
  readonly items = new PickleDict();

  constructor(
    readonly type: PickleValue,
    readonly args: PickleValue,
  ) {}

  /** The called global's name, or '' for anything else that was called. */
  get typeName(): string {
    return this.type instanceof PickleGlobal ? this.type.name : '';
  }
}

/** Something that lies outside the pickle (PyTorch: a storage). */
export class PersistentId {
  constructor(readonly id: PickleValue) {}
}
