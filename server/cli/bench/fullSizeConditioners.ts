import { exemplarEncoder } from '../../../models/catalog/exemplarEncoder.ts';
import { exemplarEncoderConfig } from '../../../models/catalog/recognition/referenceNetworks.ts';
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

/** Makes a conditioning of a picture, as Paint by Example's image encoder at its published size does. */
export function fullSizeImageEncoder(place: RunPlace): () => Promise<unknown> {
  const network = {
    config: exemplarEncoderConfig,
    weights: generateWeights({ kind: 'vision', config: exemplarEncoderConfig }),
  };
  const encoder = exemplarEncoder({ network, hash: 'generated', place });
  const pixels = tensor([1, 3, exemplarEncoderConfig.imageSize, exemplarEncoderConfig.imageSize]);
  return async () => encoder.condition(await encoder.encode(pixels));
}
