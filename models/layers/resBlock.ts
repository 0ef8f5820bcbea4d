import type { Value } from '../graph/value.ts';
import { conv2d } from './conv2d.ts';
import { groupNorm } from './groupNorm.ts';
import type { LayerContext } from './layerContext.ts';
import { linear } from './linear.ts';
import { silu } from './silu.ts';

export interface ResBlockOptions {
  readonly channels: number;
  readonly groups: number;
  readonly epsilon: number;
  /** SiLU of the time embedding `[B, D]`; absent in an autoencoder. */
  readonly embedding?: Value;
}

/**
 * Residual block: GN, SiLU, conv; plus a projection of the time embedding; GN, SiLU, conv; plus the input (through a
 * 1x1 convolution where the channels change). Weights in diffusers naming, scopes in LDM's.
 */
export function resBlock(layer: LayerContext, x: Value, options: ResBlockOptions): Value {
  const { channels, embedding } = options;
  const inner = (value: Value, norm: string, conv: string): Value => {
    const normal = layer.at(norm, '', (l) => groupNorm(l, value, options));
    return layer.at(conv, '', (l) => conv2d(l, silu(normal), { channels }));
  };
  let hidden = layer.block('', 'in_layers', () => inner(x, 'norm1', 'conv1'));
  if (embedding) {
    const shift = layer.block('time_emb_proj', 'emb_layers', (l) =>
      linear(l, embedding, { features: channels }),
    );
    hidden = hidden.add(shift.reshape([shift.shape[0]!, channels, 1, 1]));
  }
  hidden = layer.block('', 'out_layers', () => inner(hidden, 'norm2', 'conv2'));
  const skip =
    x.size(1) === channels
      ? x
      : layer.block('conv_shortcut', 'skip_connection', (l) => conv2d(l, x, { channels, kernel: 1 }));
  return skip.add(hidden);
}
