import type { AttentionFeatures, AttentionKind } from '../../../../models/sampling/denoiser.ts';
import { FeatureStore } from '../../../../models/sampling/featureStore.ts';
import type { Trajectory } from '../../../../models/sampling/trajectory.ts';
import { injectVariant } from './injectVariant.ts';
import type { HookScene } from './injectVariant.ts';
import { weightsOf } from './kind.ts';
import type { Kind } from './kind.ts';
import { readFeatureName } from './readFeatureName.ts';
import { splitHeads } from './splitHeads.ts';
import { timestepsFor } from './timestepsFor.ts';

const kinds: readonly AttentionKind[] = ['q', 'k', 'v'];

/**
 * `styleid/attn-hooks`: features collected from two forwards, then forwards with them injected through the KV swap
 * patch: `eps.VARIANT`, and inner values of a variant (`default.q_used.6`).
 */
export const attentionHooks: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles()) {
    if (!file.has('x_content') || !file.has('x_style')) continue;
    const model = await run.model(weightsOf(run.golden, file.file));
    const context = await file.maybe('context');
    const scene = { run, file, model, t: await file.get('t'), ...(context ? { context } : {}) };
    const content = await collect(scene, 'content');
    const style = await collect(scene, 'style');
    const variants = new Set(file.names.flatMap((name) => /^eps\.(.+)$/.exec(name)?.[1] ?? []));
    for (const name of variants) await injectVariant({ ...scene, content, style }, name);
  }
};

/** What the layers of a plain forward hold, compared with the file and kept as a trajectory of one timestep. */
async function collect(
  scene: Omit<HookScene, 'content' | 'style'>,
  side: 'content' | 'style',
): Promise<Trajectory> {
  const { run, file, model, t, context } = scene;
  const latent = await file.get(`x_${side}`);
  const layers = [...new Set(file.names.flatMap((name) => readFeatureName(name)?.layer ?? []))];
  const timesteps = timestepsFor(latent, t);
  const { captured = new Map() } = await model.denoiser.evaluate({
    latent,
    timesteps,
    ...(context ? { context } : {}),
    capture: new Map(layers.map((layer) => [layer, kinds])),
  });
  await compareFeatures(scene, side, captured);
  const [timestep = 0] = timesteps;
  const features = new FeatureStore({
    layers,
    kinds,
    timesteps: [timestep],
    precision: 'float32',
    budget: Infinity,
    folder: await run.models.scratch(),
  });
  for (const [layer, kept] of captured) await features.put(timestep, layer, kept);
  return { key: side, steps: [], latents: [], features };
}

async function compareFeatures(
  { run, file, model }: Pick<HookScene, 'run' | 'file' | 'model'>,
  side: string,
  captured: ReadonlyMap<string, AttentionFeatures>,
): Promise<void> {
  for (const name of file.names) {
    const feature = readFeatureName(name);
    if (feature?.side !== side) continue;
    const found = captured.get(feature.layer)?.[feature.kind];
    const heads = model.denoiser.attentionLayers.find(({ id }) => id === feature.layer)?.heads;
    if (!found || !heads) continue;
    const tolerance = run.golden.tolerance.for(name);
    run.report.tensor(`${file.file}: ${name}`, splitHeads(found, heads), await file.get(name), tolerance);
  }
}
