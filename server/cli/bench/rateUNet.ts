import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import type { OpenedDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { countOperations } from '../../../models/graph/countOperations.ts';
import type { AttentionInjection, DenoiserCall } from '../../../models/sampling/denoiser.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import { median } from './table.ts';

/** Seconds; medians but for the first. */
export interface UNetTimes {
  /** Opening and one evaluation. */
  readonly first: number;
  readonly plain: number;
  /** With StyleID's injection. */
  readonly swapped: number;
  /** A batch of two rows. */
  readonly pair: number;
  /** Of one plain evaluation. */
  readonly gflop: number;
}

/** Times the three kinds of evaluation in turn, so that whatever slows the machine slows all of them. */
export async function rateUNet(
  model: OpenedDiffusionModel,
  { size, rounds }: { readonly size: number; readonly rounds: number },
): Promise<UNetTimes> {
  const { denoiser } = model;
  const noise = (rows: number) => new TorchGenerator(1n).randn([rows, denoiser.latentChannels, size, size]);
  const plain: DenoiserCall = { latent: noise(1), timesteps: [481] };
  const first = await secondsOf(() => denoiser.evaluate(plain));
  const calls = [
    plain,
    { ...plain, attention: await injections(model, plain) },
    { latent: noise(2), timesteps: [481, 481] },
  ];
  const times = calls.map(() => [] as number[]);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, call] of calls.entries()) {
      const time = await secondsOf(() => denoiser.evaluate(call));
      if (round > 0) times[i]!.push(time);
    }
  }
  const [plainTime, swapped, pair] = times.map(median) as [number, number, number];
  return { first, plain: plainTime, swapped, pair, gflop: operations(model, size) / 1e9 };
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** What an evaluation had, injected into the decoder's layers from the sixth on, or all that a smaller model has there. */
async function injections(
  { denoiser }: OpenedDiffusionModel,
  call: DenoiserCall,
): Promise<ReadonlyMap<string, AttentionInjection>> {
  const decoder = denoiser.attentionLayers.filter(({ id }) => id.startsWith('output.'));
  const late = decoder.filter(({ id }) => Number(id.slice('output.'.length)) >= 6);
  const layers = late.length > 0 ? late : decoder;
  const capture = new Map(layers.map(({ id }) => [id, ['q', 'k', 'v'] as const]));
  const { captured } = await denoiser.evaluate({ ...call, capture });
  return new Map([...captured!].map(([id, features]) => [id, { ...features, gamma: 0.75, tau: 1.5 }]));
}

function operations({ parts }: OpenedDiffusionModel, size: number): number {
  const graph = unet2dCondition({
    config: parts.unet.config,
    height: size,
    width: size,
    parameters: parameters(parts.unet.weights),
    attention: 'fused',
  });
  const contextTokens = parts.text ? 77 : 1;
  return countOperations(graph, { B: 1, contextTokens }).total;
}
