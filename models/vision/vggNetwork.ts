import type { VggConfig, VggPixels } from '../architectures/vggConfig.ts';
import type { LayerContext } from '../layers/layerContext.ts';
import type { Session } from '../runtime/openSession.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** VGG-19 with somebody's weights. */
export interface VggNetwork {
  /** Identity of the weights and of what its pixels mean. */
  readonly key: string;
  /** The file's name. */
  readonly title: string;
  readonly config: VggConfig;
  /** Its layers, in order: `conv1_1` to `pool5`, or as far as the file goes. */
  readonly layers: readonly string[];
  /** Responses to pictures `[B, 3, H, W]`, RGB in [0, 1], by layer: `[B, C, h, w]`. Throws ModelError for a layer it lacks. */
  responses(pictures: Tensor, layers: readonly string[]): Promise<ReadonlyMap<string, Tensor>>;
  /** Lends `work` a session of a graph that holds this network (see vggResponses), which is given up afterwards. */
  withGraph<T>(graph: VggGraph, work: (session: Session) => Promise<T>): Promise<T>;
  /** The same weights, but for pixels of another kind. Throws ModelError for a network that prepares them itself. */
  withPixels(pixels: VggPixels): VggNetwork;
}

export interface VggGraph {
  /** For messages. */
  readonly name: string;
  build(layer: LayerContext): void;
}
