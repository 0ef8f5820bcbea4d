import type { ExemplarConfig } from '../../../models/architectures/exemplarConfig.ts';
import { exemplarEncoder } from '../../../models/catalog/exemplarEncoder.ts';
import { generateWeights } from '../../../models/catalog/generateWeights.ts';
import type { RunPlace } from '../../../models/catalog/networkSession.ts';
import { openAdapter } from '../../../models/catalog/openAdapter.ts';
import { tensor } from '../../../models/tensor/tensor.ts';

const encoderConfig = { levelChannels: [320, 640, 1280, 1280] };
const fusionConfig = { blockChannels: [1280, 1280] };

/** PHDiffusion's adapter at its published size. */
export function fullSizeAdapter(place: RunPlace): ReturnType<typeof openAdapter> {
  const encoder = {
    config: encoderConfig,
    weights: generateWeights({ kind: 'adapter', config: encoderConfig }),
  };
  const fusion = {
    config: fusionConfig,
    weights: generateWeights({ kind: 'fusion', config: fusionConfig }, 2),
  };
  return openAdapter({ title: 'generated adapter', encoder, fusion }, place);
}

/** CLIP ViT-L/14 and the mapper of five blocks behind it. */
const visionConfig: ExemplarConfig = {
  hidden: 1024,
  layers: 24,
  heads: 16,
  intermediate: 4096,
  imageSize: 224,
  patchSize: 14,
  activation: 'quick_gelu',
  epsilon: 1e-5,
  mapperBlocks: 5,
  contextDim: 768,
};

/** Makes a conditioning of a picture, as Paint by Example's image encoder at its published size does. */
export function fullSizeImageEncoder(place: RunPlace): () => Promise<unknown> {
  const network = {
    config: visionConfig,
    weights: generateWeights({ kind: 'vision', config: visionConfig }),
  };
  const encoder = exemplarEncoder({ network, hash: 'generated', place });
  const pixels = tensor([1, 3, visionConfig.imageSize, visionConfig.imageSize]);
  return async () => encoder.condition(await encoder.encode(pixels));
}
