import { renameWeights } from './renameWeights.ts';
import type { WeightSource } from './weightSource.ts';

/** How one published layout of TAESD is told, and what its names are in diffusers' layout. */
interface Layout {
  readonly tells: readonly string[];
  readonly rename: (name: string) => string | undefined;
}

/** The authors' decoder begins with a layer without weights (the clamp) that diffusers does not count. */
const fromDecoder = (name: string): string | undefined => numbered(name, 'decoder', -1);
const fromEncoder = (name: string): string | undefined => numbered(name, 'encoder', 0);

const layouts: readonly Layout[] = [
  // diffusers: diffusion_pytorch_model.safetensors
  { tells: ['decoder.layers.0.weight', 'decoder.layers.2.conv.0.weight'], rename: (name) => name },
  // github.com/madebyollin/taesd: taesd_decoder.pth, taesd_encoder.pth
  { tells: ['1.weight', '3.conv.0.weight'], rename: fromDecoder },
  { tells: ['0.weight', '1.conv.0.weight'], rename: fromEncoder },
  // Both halves in one file, as ComfyUI has them.
  {
    tells: ['taesd_decoder.1.weight', 'taesd_decoder.3.conv.0.weight'],
    rename: (name) => {
      if (name.startsWith('taesd_decoder.')) return fromDecoder(name.slice('taesd_decoder.'.length));
      if (name.startsWith('taesd_encoder.')) return fromEncoder(name.slice('taesd_encoder.'.length));
      return undefined;
    },
  },
];

/** Whether these are the weights of a tiny autoencoder (TAESD), or of one half of it, in any published layout. */
export function isTinyAutoencoder(source: WeightSource): boolean {
  return layoutOf(source) !== undefined;
}

/** The weights of a tiny autoencoder under diffusers names; undefined when they are none. */
export function tinyAutoencoderWeights(source: WeightSource): WeightSource | undefined {
  const layout = layoutOf(source);
  return layout && renameWeights(source, layout.rename);
}

function layoutOf({ tensors }: WeightSource): Layout | undefined {
  return layouts.find(({ tells }) => tells.every((name) => tensors.has(name)));
}

function numbered(name: string, half: 'encoder' | 'decoder', shift: number): string | undefined {
  const found = /^(\d+)\.(.+)$/.exec(name);
  return found ? `${half}.layers.${Number(found[1]) + shift}.${found[2]}` : undefined;
}
