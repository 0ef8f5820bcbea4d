import { ModelError } from '../architectures/modelError.ts';
import { unet2dCondition } from '../architectures/unet2dCondition.ts';
import { unetAttentionLayers } from '../architectures/unetAttentionLayers.ts';
import { unetEncoderLevels } from '../architectures/unetEncoderLevels.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import type { LayerOptions } from '../layers/layerContext.ts';
import type { Feed } from '../runtime/openSession.ts';
import type {
  AttentionFeatures,
  Denoiser,
  DenoiserCall,
  DenoiserResult,
  InpaintingFamily,
} from '../sampling/denoiser.ts';
import { noiseSchedule, type NoiseScheduleConfig } from '../sampling/noiseSchedule.ts';
import { cycleRows } from '../tensor/cycleRows.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { attentionFeeds } from './attentionFeeds.ts';
import type { Network, PredictionType } from './modelParts.ts';
import { withNetwork, type RunPlace } from './networkSession.ts';
import { observeAttention } from './observeAttention.ts';
import { steeredNetwork, steeringFeeds } from './steering.ts';

export interface UNetDenoiserOptions {
  readonly network: Network<UNetConfig>;
  readonly schedule: NoiseScheduleConfig;
  readonly predictionType: PredictionType;
  /** Identity of all that shapes its results. */
  readonly key: string;
  /** Identity of the network. */
  readonly hash: string;
  readonly place: RunPlace;
  /** As in Denoiser. */
  readonly architecture: string;
  readonly inpainting?: InpaintingFamily;
  /** `[1, tokens, dim]`, what a call without context gets. */
  emptyContext(): Promise<Tensor>;
  /** Extra outputs, see unet2dCondition. */
  readonly expose?: readonly string[];
}

/** A denoiser that also hands back the values that its graph exposes. */
export interface ExposingDenoiser extends Denoiser {
  evaluateExposing(call: DenoiserCall): Promise<DenoiserResult & { exposed: ReadonlyMap<string, Tensor> }>;
}

/** A UNet as a denoiser: one session per latent size, for any batch. */
export function unetDenoiser(options: UNetDenoiserOptions): ExposingDenoiser {
  const { network, hash, place, expose = [] } = options;
  const { config, weights } = network;
  const layers = unetAttentionLayers(config);
  const levels = unetEncoderLevels(config);

  const evaluateExposing: ExposingDenoiser['evaluateExposing'] = async (call) => {
    checkCall(call, config);
    const [, , height = 0, width = 0] = call.latent.shape;
    const context = call.context ?? (await options.emptyContext());
    const steered = steeredNetwork(weights, call.steering);
    const size = { height, width };
    const graph = {
      name: `unet:${height}x${width}${expose.length > 0 ? `:${expose.join()}` : ''}${steered.suffix}`,
      hash,
      weights: steered.weights,
      build: (how: LayerOptions) => unet2dCondition({ ...how, ...size, ...steered.options, config, expose }),
    };
    return withNetwork(place, graph, async (session) => {
      const feeds: Record<string, Feed> = {
        latent: call.extra ? withExtra(call.latent, call.extra) : call.latent,
        timesteps: { shape: [call.timesteps.length], data: Float32Array.from(call.timesteps) },
        context: cycleRows(context, call.timesteps.length),
        ...attentionFeeds(call, layers),
        ...steeringFeeds(call, levels),
      };
      const observation = observeAttention(call, layers);
      const features = new Set([...capturedNames(call), ...observation.names]);
      const results = await session.run(feeds, ['prediction', ...features, ...expose]);
      observation.tell(results);
      return {
        prediction: results.get('prediction')!,
        ...(call.capture ? { captured: collectCaptured(call, results) } : {}),
        exposed: new Map(expose.map((path) => [path, results.get(path)!])),
      };
    });
  };

  return {
    key: options.key,
    predictionType: options.predictionType,
    alphasCumprod: noiseSchedule(options.schedule).alphasCumprod,
    latentChannels: config.outChannels,
    extraChannels: config.inChannels - config.outChannels,
    architecture: options.architecture,
    ...(options.inpainting ? { inpainting: options.inpainting } : {}),
    attentionLayers: layers,
    encoderLevels: levels,
    evaluateExposing,
    evaluate: async (call) => {
      const { exposed: _, ...result } = await evaluateExposing(call);
      return result;
    },
  };
}

function checkCall(call: DenoiserCall, config: UNetConfig): void {
  const { latent, timesteps, context } = call;
  const [rows = 0, channels] = latent.shape;
  const latentChannels = config.outChannels;
  if (latent.shape.length !== 4 || channels !== latentChannels) {
    const message = `The UNet takes latents [B, ${latentChannels}, h, w], found [${latent.shape.join(', ')}]`;
    throw new ModelError('input', message);
  }
  checkExtra(call, config.inChannels - latentChannels);
  if (timesteps.length !== rows) {
    throw new ModelError('input', `A batch of ${rows} needs ${rows} timesteps, found ${timesteps.length}`);
  }
  if (!context) return;
  const fits = context.shape.length === 3 && context.shape[2] === config.crossAttentionDim;
  if (!fits || (context.shape[0] !== 1 && context.shape[0] !== rows)) {
    const expected = `[1 or ${rows}, tokens, ${config.crossAttentionDim}]`;
    throw new ModelError(
      'input',
      `The UNet takes a context ${expected}, found [${context.shape.join(', ')}]`,
    );
  }
}

function checkExtra({ latent, extra }: DenoiserCall, wanted: number): void {
  const [rows, , height, width] = latent.shape;
  if (!extra && wanted === 0) return;
  if (!extra) {
    const message = `This UNet is one for inpainting: besides the latent it takes ${wanted} more channels, which it was not given. An Inpaint Conditioning node between it and the sampler gives them`;
    throw new ModelError('input', message);
  }
  const fits = [1, rows].some((count) => extra.shape.join() === [count, wanted, height, width].join());
  if (fits && wanted > 0) return;
  const found = `found [${extra.shape.join(', ')}]`;
  const message =
    wanted === 0
      ? `This UNet takes a latent and nothing besides, ${found}`
      : `Besides the latent the UNet takes [1 or ${rows}, ${wanted}, ${height}, ${width}], ${found}`;
  throw new ModelError('input', message);
}

/** The UNet's input: in every row the latent's channels, then the extra ones. */
function withExtra(latent: Tensor, extra: Tensor): Tensor {
  const [rows = 1, , ...size] = latent.shape;
  const [own, more] = [latent.data.length / rows, extra.data.length / (extra.shape[0] ?? 1)];
  const data = new Float32Array(rows * (own + more));
  for (let row = 0; row < rows; row++) {
    data.set(latent.data.subarray(row * own, (row + 1) * own), row * (own + more));
    const from = extra.shape[0] === 1 ? 0 : row * more;
    data.set(extra.data.subarray(from, from + more), row * (own + more) + own);
  }
  return { shape: [rows, latent.shape[1]! + extra.shape[1]!, ...size], data };
}

function capturedNames({ capture }: DenoiserCall): string[] {
  return [...(capture ?? [])].flatMap(([id, kinds]) => kinds.map((kind) => `${id}.${kind}`));
}

function collectCaptured(
  { capture }: DenoiserCall,
  results: ReadonlyMap<string, Tensor>,
): ReadonlyMap<string, AttentionFeatures> {
  const features = new Map<string, AttentionFeatures>();
  for (const [id, kinds] of capture ?? []) {
    features.set(id, Object.fromEntries(kinds.map((kind) => [kind, results.get(`${id}.${kind}`)!])));
  }
  return features;
}
