import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import { exposableInUNet } from '../exposable.ts';
import type { Kind, KindRun } from '../kind.ts';
import { weightsOf } from '../kind.ts';
import { channelsOf } from './channelsOf.ts';
import { tensorGroups } from '../tensorGroups.ts';

const renamed: Readonly<Record<string, string>> = { timestep_embedding: 't_emb', time_embed: 'emb' };

/**
 * `paint-by-example/author/unet9`: a noisy latent with the masked picture's latent and the mask behind it (`x`),
 * `timesteps` and a `context` give `eps` and the outputs of some blocks, whole or of the first rows only.
 */
export const unet9: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles())
    for (const group of tensorGroups(file.names, 'x', 'timesteps')) await evaluateGroup(run, file, group);
};

async function evaluateGroup(
  { golden, report, model }: KindRun,
  file: GoldenTensors,
  { prefix, names }: { prefix: string; names: string[] },
): Promise<void> {
  const weights = weightsOf(golden, file.file);
  const pathOf = (name: string) => renamed[name.slice(prefix.length)] ?? name.slice(prefix.length);
  const known = new Set(exposableInUNet(await model(weights), names.map(pathOf)));
  const shown = names.filter((name) => known.has(pathOf(name)));
  const { denoiser } = await model(weights, { unet: shown.map(pathOf) });
  const input = await file.get(`${prefix}x`);
  const context = await file.maybe(`${prefix}context`);
  const { prediction, exposed } = await denoiser.evaluateExposing({
    latent: channelsOf(input, 0, denoiser.latentChannels),
    extra: channelsOf(input, denoiser.latentChannels, input.shape[1] ?? 0),
    timesteps: [...(await file.get(`${prefix}timesteps`)).data],
    ...(context ? { context } : {}),
  });
  const compare = async (name: string, found: Tensor): Promise<void> => {
    const expected = await file.get(name);
    report.tensor(`${file.file}: ${name}`, firstRows(found, expected), expected, golden.tolerance.for(name));
  };
  if (file.has(`${prefix}eps`)) await compare(`${prefix}eps`, prediction);
  for (const name of shown) await compare(name, exposed.get(pathOf(name))!);
}

/** As many rows as were kept. */
function firstRows({ shape, data }: Tensor, { shape: [rows = 1] }: Tensor): Tensor {
  const size = data.length / (shape[0] ?? 1);
  return tensor([Math.min(rows, shape[0] ?? 1), ...shape.slice(1)], data.slice(0, rows * size));
}
