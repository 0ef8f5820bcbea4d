import { addNoise } from '../../sampling/addNoise.ts';
import type { Denoiser } from '../../sampling/denoiser.ts';
import { cropTensor } from '../../tensor/cropTensor.ts';
import { cycleRows } from '../../tensor/cycleRows.ts';
import { stackRows } from '../../tensor/stackRows.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { BatchSource } from '../trainer/trainedModel.ts';

export interface CropBatches {
  /** Whole pictures as clean, scaled latents `[1, C, h, w]`, none smaller than a crop. */
  readonly latents: readonly Tensor[];
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  /** Whose training goes on. */
  readonly denoiser: Pick<Denoiser, 'alphasCumprod' | 'predictionType'>;
  /** `[1, tokens, dim]`, the same for all. */
  readonly context: Tensor;
}

/** Batches for openDenoiserTraining: crops of pictures, each noised to a timestep of its own, all evenly likely. */
export function cropBatches(options: CropBatches): BatchSource {
  const { latents, height, width, rows, denoiser } = options;
  const context = cycleRows(options.context, rows);
  const { alphasCumprod } = denoiser;
  return async (_, random) => {
    const timesteps = new Float32Array(rows);
    const [noised, targets]: [Tensor[], Tensor[]] = [[], []];
    for (let row = 0; row < rows; row++) {
      const whole = latents[random.below(latents.length)]!;
      const left = random.below(whole.shape[3]! - width + 1);
      const top = random.below(whole.shape[2]! - height + 1);
      const clean = cropTensor(whole, { left, top, width, height });
      const noise = random.normal(clean.shape);
      timesteps[row] = random.below(alphasCumprod.length);
      const alpha = alphasCumprod[timesteps[row]!]!;
      noised.push(addNoise({ clean, noise, alpha }));
      targets.push(denoiser.predictionType === 'epsilon' ? noise : velocity(clean, noise, alpha));
    }
    return {
      latent: stackRows(noised),
      target: stackRows(targets),
      timesteps: { shape: [rows], data: timesteps },
      context,
    };
  };
}

/** sqrt(a) * noise - sqrt(1 - a) * clean (Salimans & Ho, arXiv 2202.00512). */
function velocity(clean: Tensor, noise: Tensor, alpha: number): Tensor {
  const [signal, spread] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  return { shape: clean.shape, data: clean.data.map((x, i) => signal * noise.data[i]! - spread * x) };
}
