import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import type { OpenedDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { countOperations } from '../../../models/graph/countOperations.ts';
import type { AttentionInjection, DenoiserCall } from '../../../models/sampling/denoiser.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import { median, type Table } from './table.ts';

export interface RatedModel {
  readonly title: string;
  readonly model: OpenedDiffusionModel;
  /** Sides of the latent. */
  readonly size: number;
  readonly rounds: number;
}

/** Evaluations of each UNet, plain and with KV swap in turn, held against the plain convolution. */
export async function unetRates(models: readonly RatedModel[], convolution: number): Promise<Table> {
  const rows: string[][] = [];
  for (const rated of models) rows.push(await rate(rated, convolution));
  return {
    title: 'UNet evaluations',
    columns: [
      'model',
      'first, with opening (s)',
      's per evaluation',
      'evaluations per s',
      'GFLOP',
      'GFLOP/s',
      'of the convolution',
      'with KV swap (s)',
      'KV swap costs',
    ],
    rows,
    notes: [
      `Batch 1, float32. The plain 3x3 convolution (320 channels, 64x64) ran at ${convolution.toFixed(0)} GFLOP/s.`,
      "Plain evaluations and such with StyleID's injection (queries, keys and values of the layers 6 to 11, or of all that a smaller model has there) in turn; medians.",
    ],
  };
}

async function rate({ title, model, size, rounds }: RatedModel, convolution: number): Promise<string[]> {
  const { denoiser } = model;
  const latent = new TorchGenerator(1n).randn([1, denoiser.latentChannels, size, size]);
  const plain: DenoiserCall = { latent, timesteps: [481] };
  const first = await seconds(() => denoiser.evaluate(plain));
  const swapped = { ...plain, attention: await injections(model, plain) };
  await denoiser.evaluate(swapped);
  const [plainTimes, swapTimes]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    plainTimes.push(await seconds(() => denoiser.evaluate(plain)));
    swapTimes.push(await seconds(() => denoiser.evaluate(swapped)));
  }
  const [time, swapTime] = [median(plainTimes), median(swapTimes)];
  const gflop = operations(model, size) / 1e9;
  return [
    title,
    first.toFixed(2),
    time.toFixed(3),
    (1 / time).toFixed(2),
    gflop.toFixed(1),
    (gflop / time).toFixed(0),
    `${((gflop / time / convolution) * 100).toFixed(0)} %`,
    swapTime.toFixed(3),
    `${((swapTime / time - 1) * 100).toFixed(1)} %`,
  ];
}

/** What an evaluation at another timestep had, injected into the decoder's layers from the sixth on. */
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

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
