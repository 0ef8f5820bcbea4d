import type { ElementType } from './elementType.ts';

/** A number is an ONNX INT, `{ float }` a FLOAT, an array of numbers INTS. */
export type Attribute =
  number | string | readonly number[] | { readonly float: number } | { readonly elementType: ElementType };

export type Attributes = Readonly<Record<string, Attribute>>;
