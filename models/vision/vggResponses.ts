import type { Tensor } from '../tensor/tensor.ts';

/** What a VGG answered to one picture. */
export interface VggResponses {
  /** Of the network: another one's responses mean something else. */
  readonly networkKey: string;
  /** Size of the picture. */
  readonly width: number;
  readonly height: number;
  /** `[1, C, h, w]` by layer, in the network's order. */
  readonly layers: ReadonlyMap<string, Tensor>;
}
