import type { ByteCursor } from './byteCursor.ts';
import { PickleError } from './pickleError.ts';
import { PickleDict, PickleObject, PickleSequence, type PickleValue } from './pickleValue.ts';

/** Stack and memo of a pickle that is being read. */
export class PickleMachine {
  readonly cursor: ByteCursor;
  readonly #memo = new Map<number, PickleValue>();
  /** The open marks' stacks; the last one is worked on. */
  readonly #stacks: PickleValue[][] = [[]];

  constructor(cursor: ByteCursor) {
    this.cursor = cursor;
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }
  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.broken('takes more values than there are');
    return value;
  }
  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.broken('takes more values than there are');
    return value;
  }
  /** The last `count` values, in order. */
  take(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.broken('takes more values than there are');
    return this.#stack.splice(this.#stack.length - count, count);
  }

  mark(): void {
    this.#stacks.push([]);
  }
  /** Everything since the last mark. */
  popMark(): PickleValue[] {
    const items = this.#stacks.length > 1 ? this.#stacks.pop() : undefined;
    if (!items) throw this.broken('goes back to a mark that was never set');
    return items;
  }

  get memoSize(): number {
    return this.#memo.size;
  }
  remember(index: number): void {
    this.#memo.set(index, this.top());
  }
  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.broken(`recalls value ${index}, which was never kept`);
    this.push(value);
  }

  append(target: PickleValue, values: readonly PickleValue[]): void {
    if (target instanceof PickleSequence) for (const value of values) target.items.push(value);
    else if (target instanceof PickleObject) values.forEach((value, i) => target.items.set(i, value));
    else throw this.broken('appends to something that is no list');
  }
  assign(target: PickleValue, keysAndValues: readonly PickleValue[]): void {
    const items = target instanceof PickleObject ? target.items : target;
    if (!(items instanceof PickleDict)) throw this.broken('sets items of something that is no dict');
    if (keysAndValues.length % 2 > 0) throw this.broken('sets an item without a value');
    for (let i = 0; i < keysAndValues.length; i += 2) items.set(keysAndValues[i]!, keysAndValues[i + 1]!);
  }
  broken(what: string): PickleError {
    return new PickleError(`the instruction before byte ${this.cursor.at} ${what}`);
  }

  get #stack(): PickleValue[] {
    return this.#stacks.at(-1)!;
  }
}
