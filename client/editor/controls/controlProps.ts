import type { ParameterDescription } from '../../../workflows/schema/nodeDescription.ts';
import type { ParamValue } from '../core/editCommand.ts';

/** What every control gets. The value may be anything: files are written by others. */
export interface ControlProps {
  readonly parameter: ParameterDescription;
  readonly value: ParamValue;
  readonly node: string;
}

/** What every control tells: a new value, and the gesture it is part of. */
export interface ControlEmits {
  change: [value: ParamValue, gesture?: string];
}

let gestures = 0;

/** Names a gesture that nothing else shares. */
export function newGesture(): string {
  return `gesture ${++gestures}`;
}
