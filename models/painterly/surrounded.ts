import type { Value } from '../graph/value.ts';
import { cropTensor } from '../tensor/cropTensor.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { constantOf } from './lossTerm.ts';
import { Region } from './region.ts';

export interface SurroundedOptions {
  /** Where the value lies, and what is wanted. */
  readonly from: Region;
  readonly to: Region;
  /** What lies around it, as part of all of it: `[1, C, H, W]`. Needed where the regions differ. */
  readonly whole: Tensor | undefined;
}

/** A value `[1, C, h, w]` with what lies around it and never changes. */
export function surrounded(value: Value, { from, to, whole }: SurroundedOptions): Value {
  const strip = (left: number, top: number, right: number, bottom: number): Value[] => {
    const { box } = new Region({ left, top, right, bottom }, to.whole);
    return box.width > 0 && box.height > 0 ? [constantOf(value, cropTensor(whole!, box))] : [];
  };
  const joined = (axis: number, before: Value[], middle: Value, behind: Value[]): Value => {
    const [first, ...rest] = [...before, middle, ...behind];
    return rest.length === 0 ? first! : first!.concat(rest, axis);
  };
  const left = strip(to.left, from.top, from.left, from.bottom);
  const right = strip(from.right, from.top, to.right, from.bottom);
  const above = strip(to.left, to.top, to.right, from.top);
  const below = strip(to.left, from.bottom, to.right, to.bottom);
  return joined(2, above, joined(3, left, value, right), below);
}
