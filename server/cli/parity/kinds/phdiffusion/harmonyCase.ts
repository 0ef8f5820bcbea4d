import { vggWeights } from '../../../../../models/catalog/vggWeights.ts';
import { ddpmTables } from '../../../../../models/sampling/ddpmTables.ts';
import { samplePosterior } from '../../../../../models/sampling/samplePosterior.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type {
  HarmonyLatents,
  HarmonyPictures,
} from '../../../../../models/training/phdiffusion/harmonyBatch.ts';
import type {
  HarmonyNetworks,
  HarmonyShape,
} from '../../../../../models/training/phdiffusion/harmonyNetworks.ts';
import { openWeightFile } from '../../../../../models/weights/openWeightFile.ts';
import { renameWeights } from '../../../../../models/weights/renameWeights.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';
import { caseFiles, hasResidual, openHarmonyNetworks } from './harmonisers.ts';
import { harmonyPictures } from './harmonyInputs.ts';

/** A golden training step: its files, networks and pictures. */
export interface HarmonyCase extends KindRun {
  readonly forward: GoldenTensors;
  readonly losses: GoldenTensors | undefined;
  readonly params: GoldenTensors | undefined;
  readonly networks: HarmonyNetworks;
  readonly shape: HarmonyShape;
  readonly pictures: HarmonyPictures;
  readonly diffusion: Awaited<ReturnType<typeof openHarmonyNetworks>>['model'];
}

export async function openHarmonyCase(run: KindRun): Promise<HarmonyCase> {
  const { golden } = run;
  const files = await golden.tensorFiles();
  const having = (name: string) => files.find((file) => file.has(name));
  const forward = having('x_noisy');
  if (!forward) throw new Error('no file holds x_noisy');
  const { model, encoder, fusion } = await openHarmonyNetworks(run);
  const { unet, autoencoder } = model.parts;
  const pictures = { ...(await harmonyPictures(golden)), offsets: drawnOffsets(golden) };
  const [rows = 1, , height = 0, width = 0] = pictures.composite.shape;
  return {
    ...run,
    forward,
    losses: having('style.0.pred_mean'),
    params: files.find(({ names }) => names.some((name) => name.startsWith('after:'))),
    networks: { unet, autoencoder, encoder, fusion, ...(await lossNetworks(golden)) },
    shape: {
      residual: hasResidual(golden),
      rows,
      height,
      width,
      others: pictures.others.shape[0]! / rows,
      contextTokens: forward.shapeOf('context')[1]!,
    },
    pictures,
    diffusion: model,
  };
}

/** VGG and the projection head, from the file that has both; other files of the same VGG are compared with it elsewhere. */
async function lossNetworks(golden: KindRun['golden']): Promise<Pick<HarmonyNetworks, 'vgg' | 'head'>> {
  for (const path of await caseFiles(golden)) {
    if (!path.endsWith('.safetensors')) continue;
    const source = await openWeightFile(path);
    if (!source.tensors.has('proj_style.0.weight')) continue;
    const part = (prefix: string) =>
      renameWeights(source, (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined));
    const vgg = vggWeights(part('vgg.'));
    if (vgg) return { vgg, head: part('proj_style.') };
  }
  throw new Error('no file holds the VGG and the projection head');
}

function drawnOffsets({ json }: KindRun['golden']): HarmonyPictures['offsets'] {
  const drawn = (json['contrastive_detail'] ?? []) as readonly {
    readonly random_left: { readonly drawn: number };
    readonly random_bottom: { readonly drawn: number };
  }[];
  return drawn.map((each) => ({ left: each.random_left.drawn, bottom: each.random_bottom.drawn }));
}

/** What the latent half of the step looks at, compared with the golden values on the way. */
export async function caseLatents(step: HarmonyCase): Promise<HarmonyLatents> {
  const { forward, pictures, report, diffusion } = step;
  const get = (name: string) => forward.get(name);
  const compare = async (name: string, found: Tensor) =>
    report.values(name, found.data, (await get(name)).data, nearly(await get(name)));
  const posterior = await diffusion.autoencoder.encode(pictures.composite);
  await compare('posterior_mean', posterior.mean);
  await compare('posterior_logvar', posterior.logvar);
  const stored = { mean: await get('posterior_mean'), logvar: await get('posterior_logvar') };
  const clean = samplePosterior(stored, diffusion.autoencoder.scalingFactor, await get('posterior_noise'));
  await compare('z', clean);
  return {
    clean,
    noise: await get('noise'),
    timesteps: (await get('t')).data,
    context: await get('context'),
    tables: ddpmTables(diffusion.parts.schedule),
  };
}

/** A tolerance that the case recommends. */
export function recommended({ json }: KindRun['golden'], pattern: RegExp): number | undefined {
  const { recommended: stated } = (json['tolerance'] ?? {}) as { recommended?: Record<string, unknown> };
  const found = Object.entries(stated ?? {}).find(([name]) => pattern.test(name))?.[1];
  return typeof found === 'number' ? found : undefined;
}

export const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
/** What float32 against float32 through deep networks needs. */
export const nearly = ({ data }: Tensor): number => 2e-4 * Math.max(1, largest(data));
export const gradientTolerance = ({ data }: Tensor, { golden }: KindRun): number =>
  (recommended(golden, /^grad/) ?? 2e-3) * largest(data);
