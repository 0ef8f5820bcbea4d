import type { Shape } from './dim.ts';
import type { ElementType } from './elementType.ts';

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: ElementType;
}
