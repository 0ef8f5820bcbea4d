import { autoencoderConfigFromShapes } from '../../architectures/autoencoderConfig.ts';
import { clipTextConfigFromShapes } from '../../architectures/clipTextConfig.ts';
import { exemplarConfigFromShapes } from '../../architectures/exemplarConfig.ts';
import { ModelError } from '../../architectures/modelError.ts';
import { countBlocks, type TensorShapes } from '../../architectures/tensorShapes.ts';
import { unetConfigFromShapes } from '../../architectures/unetConfigFromShapes.ts';
import { exemplarNameFromAuthors } from '../../weights/exemplarNames.ts';
import { currentVaeName, unetNameFromLdm, vaeNameFromLdm } from '../../weights/ldmNames.ts';
import { textNameFromOpenClip } from '../../weights/openClipNames.ts';
import { renameWeights, type WeightPart } from '../../weights/renameWeights.ts';
import type { WeightSource } from '../../weights/weightSource.ts';
import type { NetworkKind } from '../networkTensors.ts';
import { checkNetwork } from './checkNetwork.ts';
import type { FoundNetwork } from './findNetworks.ts';

/** What the shapes of the weights do not tell. */
export interface NetworkHints {
  /** Heads of the UNet's attention: 8 in SD 1.x (the default), 64 channels each in SD 2.x. */
  readonly unetHeads?: number;
  /** Heads of the text encoder: hidden / 64 unless given. */
  readonly textHeads?: number;
  /** Heads of the image encoder: hidden / 64 unless given. */
  readonly visionHeads?: number;
}

export type ReadNetwork = NetworkKind & {
  /** Under diffusers and transformers names. */
  readonly weights: WeightSource;
};

/**
 * A network that was found in a file: its tensors under diffusers names, and the configuration that their shapes show.
 * Throws WeightsError when they are not exactly those of such a network (see checkNetwork).
 */
export function readNetwork(source: WeightSource, found: FoundNetwork, hints: NetworkHints): ReadNetwork {
  const inside = new Set(found.names.map((name) => found.prefix + name));
  const to = currentName(found);
  const title = found.naming === 'ldm' ? `${source.title} (under diffusers names)` : source.title;
  const weights = renameWeights({ ...source, title }, (name) =>
    inside.has(name) ? to(name.slice(found.prefix.length)) : undefined,
  );
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const network = configure(found, { shapes, title, hints });
  checkNetwork(shapes, { kind: found.part, title, network });
  // Without a configuration nothing fits, and the check has thrown.
  return { ...network!, weights };
}

/** What a tensor's name is called here; one that is not known keeps its own and is found to be left over. */
function currentName(found: FoundNetwork): (name: string) => string | readonly WeightPart[] | undefined {
  const { part, naming, names } = found;
  if (naming === 'openclip') return openClipName(names);
  if (part === 'text') return (name) => (name.startsWith('text_model.') ? name : `text_model.${name}`);
  if (part === 'vision')
    return naming === 'ldm' ? (name) => exemplarNameFromAuthors(name) ?? name : (name) => name;
  if (naming === 'diffusers') return part === 'unet' ? (name) => name : currentVaeName;
  if (part === 'unet') {
    const layersPerBlock = ldmLayersPerBlock(names);
    return (name) => unetNameFromLdm(name, layersPerBlock) ?? name;
  }
  const levels = countBlocks(new Map(names.map((name) => [name, []])), 'encoder.down');
  return (name) => vaeNameFromLdm(name, levels) ?? name;
}

/** The blocks of a level, behind the first convolution, end in one that halves the size. */
function ldmLayersPerBlock(names: readonly string[]): number {
  let [halving, last] = [Infinity, 1];
  for (const name of names) {
    const [, number, halves] = /^input_blocks\.(\d{1,4})\.(?:0\.(op)\.)?/.exec(name) ?? [];
    if (number === undefined) continue;
    last = Math.max(last, Number(number));
    if (halves && Number(number) > 1) halving = Math.min(halving, Number(number));
  }
  return halving === Infinity ? last : halving - 1;
}

/**
 * Stable Diffusion 2.x takes the states before OpenCLIP's last layer, which its files hold all the same; diffusers
 * leaves that layer out (convert_from_ckpt.py), and so do we. OpenAI's own files have the same names and are smaller.
 */
function openClipName(names: readonly string[]) {
  const layers = countBlocks(new Map(names.map((name) => [name, []])), 'transformer.resblocks');
  const last = `transformer.resblocks.${layers - 1}.`;
  return (name: string) => (name.startsWith(last) ? undefined : (textNameFromOpenClip(name) ?? name));
}

interface Evidence {
  readonly shapes: TensorShapes;
  readonly title: string;
  readonly hints: NetworkHints;
}

/** Undefined when a tensor is missing that a size is read off. */
function configure(found: FoundNetwork, { shapes, title, hints }: Evidence): NetworkKind | undefined {
  try {
    switch (found.part) {
      case 'unet':
        return { kind: 'unet', config: unetConfigFromShapes(shapes, title, hints.unetHeads) };
      case 'autoencoder':
        return { kind: 'autoencoder', config: autoencoderConfigFromShapes(shapes, title) };
      case 'vision':
        return { kind: 'vision', config: exemplarConfigFromShapes(shapes, title, hints.visionHeads) };
      case 'text': {
        const heads = hints.textHeads === undefined ? {} : { heads: hints.textHeads };
        const about = { file: title, openClip: found.naming === 'openclip', ...heads };
        return { kind: 'text', config: clipTextConfigFromShapes(shapes, about) };
      }
    }
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}
