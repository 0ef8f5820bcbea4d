import { addNoise } from '../../../../../models/sampling/addNoise.ts';
import { ddpmTables } from '../../../../../models/sampling/ddpmTables.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { weightsOf } from '../kind.ts';
import { channelsOf } from './channelsOf.ts';

/**
 * `paint-by-example/author/training-loss`: the noised latent behind which the masked picture and the mask stand, what the
 * network predicts with the exemplar and without one, and the mean squared error of that (the authors' p_losses).
 */
export const trainingLoss: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles()) if (file.has('x_start9')) await compareFile(run, file);
};

async function compareFile(run: KindRun, file: GoldenTensors): Promise<void> {
  const { golden, report, model } = run;
  const { denoiser, vision, parts } = await model(weightsOf(golden, file.file) ?? 'weights.safetensors');
  const compare = async (name: string, found: Tensor): Promise<void> => {
    if (file.has(name))
      report.tensor(name, found, await file.get(name), golden.tolerance.for(name, 'max_abs'));
  };
  const [start, noise, timesteps] = [
    await file.get('x_start9'),
    await file.get('noise'),
    await file.get('t'),
  ];
  const latents = denoiser.latentChannels;
  const tables = ddpmTables(parts.schedule);
  const noised = await noisedRows(
    { clean: channelsOf(start, 0, latents), noise, timesteps },
    tables.alphas_cumprod,
  );
  const extra = channelsOf(start, latents, start.shape[1]!);
  await compare('unet_input', joined(noised, extra));
  const weights = Float32Array.from(timesteps.data, (t) => tables.lvlb_weights[t]!);
  await compare('lvlb_weights_t', tensor([weights.length], weights));
  const contexts = { cond: await file.maybe('cond'), uncond: await vision?.unconditional() };
  for (const [name, context] of Object.entries(contexts)) {
    if (!context || !file.has(`eps_${name}`)) continue;
    const call = { latent: noised, extra, timesteps: [...timesteps.data], context };
    const { prediction } = await denoiser.evaluate(call);
    await compare(`eps_${name}`, prediction);
    const errors = meanSquares(prediction, noise);
    await compare(`loss_${name}`, single(mean(errors)));
    await compare(`loss_vlb_${name}`, single(mean(errors.map((error, row) => error * weights[row]!))));
  }
}

async function noisedRows(
  { clean, noise, timesteps }: Readonly<Record<'clean' | 'noise' | 'timesteps', Tensor>>,
  alphas: Float32Array,
): Promise<Tensor> {
  const rows = tensor(clean.shape);
  const size = clean.data.length / clean.shape[0]!;
  for (const [row, t] of timesteps.data.entries()) {
    const part = ({ shape, data }: Tensor): Tensor => {
      return { shape: [1, ...shape.slice(1)], data: data.subarray(row * size, (row + 1) * size) };
    };
    rows.data.set(addNoise({ clean: part(clean), noise: part(noise), alpha: alphas[t]! }).data, row * size);
  }
  return rows;
}

/** Channels of both, row by row. */
function joined(first: Tensor, second: Tensor): Tensor {
  const [rows = 1, channels = 0, ...size] = first.shape;
  const all = tensor([rows, channels + second.shape[1]!, ...size]);
  const [own, more] = [first.data.length / rows, second.data.length / rows];
  for (let row = 0; row < rows; row++) {
    all.data.set(first.data.subarray(row * own, (row + 1) * own), row * (own + more));
    all.data.set(second.data.subarray(row * more, (row + 1) * more), row * (own + more) + own);
  }
  return all;
}

/** Of every row. */
function meanSquares({ shape, data }: Tensor, wanted: Tensor): number[] {
  const size = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, row) =>
    mean(
      Array.from({ length: size }, (__, i) => (data[row * size + i]! - wanted.data[row * size + i]!) ** 2),
    ),
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const single = (value: number): Tensor => tensor([1], Float32Array.of(value));
