import { ByteCursor } from './byteCursor.ts';
import { PickleEndError, PickleError } from './pickleError.ts';
import { pickleInstructions } from './pickleInstructions.ts';
import { PickleMachine } from './pickleMachine.ts';
import type { PickleValue } from './pickleValue.ts';

/** A checkpoint of 2,000 tensors with its optimiser's state has under 200,000. */
const MAX_INSTRUCTIONS = 4_000_000;
const STOP = '.'.charCodeAt(0);

export interface ReadPickle {
  readonly value: PickleValue;
  /** Where the pickle ends. */
  readonly end: number;
}

/**
 * Reads a pickle without running anything that it asks for: calls and objects become inert records. Values may refer
 * to themselves. Throws PickleEndError when the bytes end too early, PickleError for anything else that is wrong.
 */
export function readPickle(bytes: Uint8Array, start = 0): ReadPickle {
  const cursor = new ByteCursor(bytes, start);
  const machine = new PickleMachine(cursor);
  for (let done = 0; done < MAX_INSTRUCTIONS; done++) {
    if (cursor.at >= bytes.length)
      throw new PickleEndError(`there is no end after ${bytes.length - start} bytes`);
    const code = cursor.u8();
    if (code === STOP) return { value: machine.pop(), end: cursor.at };
    const instruction = pickleInstructions.get(code);
    if (!instruction)
      throw new PickleError(
        `byte ${cursor.at - 1} (0x${code.toString(16).padStart(2, '0')}) is no instruction that is known`,
      );
    instruction(machine);
  }
  throw new PickleError(`there are more than ${MAX_INSTRUCTIONS} instructions`);
}
