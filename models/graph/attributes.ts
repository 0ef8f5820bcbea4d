import type { ElementType } from './elementType.ts';

/** A number is an ONNX INT, `{ float }` a FLOAT, an array of numbers INTS. */
export type Attribute =
  number | string | readonly number[] | { readonly float: number } | { readonly elementType: ElementType };

export type Attributes = Readonly<Record<string, Attribute>>;

/** An attribute that ONNX has as FLOAT, or what it is where it is not stated. */
export function floatOf(attributes: Attributes, name: string, unstated: number): number {
  return (attributes[name] as { readonly float: number } | undefined)?.float ?? unstated;
}
