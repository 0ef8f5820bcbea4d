import { clipVisionEncoder } from '../architectures/clipVisionEncoder.ts';
import type { ExemplarConfig } from '../architectures/exemplarConfig.ts';
import { exemplarMapper } from '../architectures/exemplarMapper.ts';
import { ModelError } from '../architectures/modelError.ts';
import type { Graph } from '../graph/graph.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { VisionEncoder } from '../vision/visionEncoder.ts';
import { renameWeights } from '../weights/renameWeights.ts';
import type { Network } from './modelParts.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';

export interface ExemplarEncoderOptions {
  readonly network: Network<ExemplarConfig>;
  readonly hash: string;
  readonly place: RunPlace;
  /** Names of inner values to hand back, see clipVisionEncoder and exemplarMapper. */
  readonly expose?: readonly string[];
}

/** An image encoder that also hands back the values that its graphs expose. */
export interface ExposingVisionEncoder extends VisionEncoder {
  encodeExposing(pixels: Tensor): Promise<ReadonlyMap<string, Tensor>>;
  conditionExposing(classToken: Tensor): Promise<ReadonlyMap<string, Tensor>>;
}

/** Paint by Example's image encoder: a session for CLIP and one for the mapper behind it, each for any batch. */
export function exemplarEncoder(options: ExemplarEncoderOptions): ExposingVisionEncoder {
  const { hash, network, expose = [] } = options;
  const { imageSize, hidden } = network.config;
  const key = `vision:${hash}`;

  const encodeExposing = (pixels: Tensor) => {
    checkShape(pixels, [3, imageSize, imageSize], 'pictures');
    const inner = expose.filter((path) => !ofMapper(path));
    return run(options, 'encoder', { pixels }, ['class_token', ...inner]);
  };
  const conditionExposing = (classToken: Tensor) => {
    checkShape(classToken, [hidden], 'class tokens');
    const inner = expose.filter(ofMapper);
    return run(options, 'mapper', { class_token: classToken }, ['context', 'unconditional', ...inner]);
  };
  return {
    key,
    imageSize,
    encodeExposing,
    conditionExposing,
    encode: async (pixels) => ({
      classToken: (await encodeExposing(pixels)).get('class_token')!,
      encoderKey: key,
    }),
    condition: async ({ classToken, encoderKey }) => {
      if (encoderKey === key) return (await conditionExposing(classToken)).get('context')!;
      const message =
        'The picture was encoded by another model than the one that is to make a conditioning of it';
      throw new ModelError('contradiction', message);
    },
    unconditional: async () => (await conditionExposing(tensor([1, hidden]))).get('unconditional')!,
  };
}

function ofMapper(path: string): boolean {
  return /^(?:resblock|final_ln|proj_out)/.test(path);
}

type Half = 'encoder' | 'mapper';

async function run(
  { network, hash, place }: ExemplarEncoderOptions,
  half: Half,
  feeds: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
): Promise<ReadonlyMap<string, Tensor>> {
  const { config, weights } = network;
  const expose = outputs.filter((name) => !['class_token', 'context', 'unconditional'].includes(name));
  const build = (how: LayerOptions): Graph =>
    half === 'encoder'
      ? clipVisionEncoder({ ...how, config, expose })
      : exemplarMapper({ ...how, config, expose });
  const own = renameWeights(weights, (name) =>
    name.startsWith('model.') === (half === 'encoder') ? name : undefined,
  );
  const name = `${half}${expose.length > 0 ? `:${expose.join()}` : ''}`;
  return withNetwork(place, { name, hash, weights: own, build }, (session) => session.run(feeds, outputs));
}

/** The first axis is the batch. */
function checkShape({ shape }: Tensor, rest: readonly number[], what: string): void {
  if (shape.length === rest.length + 1 && shape[0]! > 0 && shape.slice(1).join() === rest.join()) return;
  const message = `The image encoder takes ${what} [B, ${rest.join(', ')}], found [${shape.join(', ')}]`;
  throw new ModelError('input', message);
}
