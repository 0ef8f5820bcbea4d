import { fusionBlock } from '../../../../../models/architectures/fusionBlock.ts';
import { fusionNetwork } from '../../../../../models/catalog/adapterNetworks.ts';
import { hashNetwork } from '../../../../../models/catalog/hashParts.ts';
import { withNetwork } from '../../../../../models/catalog/networkSession.ts';
import type { LayerOptions } from '../../../../../models/layers/layerContext.ts';
import { resizeNearest } from '../../../../../models/tensor/resizeNearest.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { WeightSource } from '../../../../../models/weights/weightSource.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { adapterFiles } from './harmonisers.ts';

/** Inner values of a block by the names that the cases have for them. */
const inner: Readonly<Record<string, string>> = {
  norm_adapter: 'norm_adapter',
  norm_unet: 'norm_unet',
  attn1: 'crossAtt_1',
  attn2: 'crossAtt_2',
  fc: 'fc',
  conv1: 'conv1',
};

/**
 * `phdiffusion/def`: block N takes `bN.adapter_feature` and `bN.unet_feature`; every `bN.MASK.mask` (or what has become of
 * it at the features' size, `mask_ds`) gives `bN.MASK.fused` and inner values.
 */
export const def: Kind = async (run) => {
  const [source] = await adapterFiles(run.golden, 'interact');
  if (!source) throw new Error('there are no weights of fusion blocks');
  const fusion = fusionNetwork(source);
  const hash = await hashNetwork(fusion);
  for (const file of await run.golden.tensorFiles()) {
    for (const name of file.names) {
      const [, prefix, block] = /^((?:.*\.)?b(\d+)\.)adapter_feature$/.exec(name) ?? [];
      if (prefix === undefined) continue;
      await compareBlock(run, { file, prefix, block: Number(block), hash, weights: fusion.weights });
    }
  }
};

interface Place {
  readonly file: GoldenTensors;
  readonly prefix: string;
  readonly block: number;
  readonly hash: string;
  readonly weights: WeightSource;
}

async function compareBlock(run: KindRun, place: Place): Promise<void> {
  const { file, prefix } = place;
  for (const name of file.names)
    if (name.startsWith(prefix) && name.endsWith('.fused'))
      await compareMask(run, place, name.slice(0, -'fused'.length));
}

async function compareMask(run: KindRun, place: Place, at: string): Promise<void> {
  const { golden, report } = run;
  const { file, prefix } = place;
  const [adapter, unet] = [
    await file.get(`${prefix}adapter_feature`),
    await file.get(`${prefix}unet_feature`),
  ];
  const expected = await file.maybe(`${at}mask_ds`);
  const whole = await file.maybe(`${at}mask`);
  const mask = whole ? resizeNearest(whole, adapter.shape[2]!, adapter.shape[3]!) : expected;
  if (!mask) throw new Error(`there is no mask ${at}mask`);
  if (whole && expected) report.tensor(`${at}mask_ds`, mask, expected, 0);
  const tolerance = golden.tolerance.for(at, 'max_abs');
  const shown = Object.keys(inner).filter((name) => file.has(at + name));
  const found = await fuse(run, place, { feeds: { adapter, unet, mask }, shown });
  report.tensor(`${at}fused`, found.get('fused')!, await file.get(`${at}fused`), tolerance);
  for (const name of shown)
    report.tensor(at + name, found.get(inner[name]!)!, await file.get(at + name), tolerance);
}

function fuse(
  { models: { pool, device } }: KindRun,
  { block, hash, weights }: Place,
  {
    feeds,
    shown,
  }: { feeds: { readonly adapter: Tensor } & Record<string, Tensor>; shown: readonly string[] },
): Promise<ReadonlyMap<string, Tensor>> {
  const [, channels = 0, height = 0, width = 0] = feeds.adapter.shape;
  const expose = shown.map((name) => inner[name]!);
  const network = {
    name: `fusion:${block}:${height}x${width}:${expose.join()}`,
    hash,
    weights,
    build: (how: LayerOptions) => fusionBlock({ ...how, block, channels, height, width, expose }),
  };
  return withNetwork({ pool, device }, network, (session) => session.run(feeds, ['fused', ...expose]));
}
