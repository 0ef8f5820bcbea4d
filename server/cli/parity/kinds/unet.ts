import type { GoldenTensors } from '../goldenTensors.ts';
import { exposableInUNet } from './exposable.ts';
import { weightsOf } from './kind.ts';
import type { Kind, KindRun } from './kind.ts';
import { timestepsFor } from './timestepsFor.ts';
import { tensorGroups } from './tensorGroups.ts';

const inputs = new Set(['x', 't', 'context', 'eps']);

/** `styleid/unet`: a noisy latent `x`, timesteps `t` and a `context` give `eps` and whatever inner values are there. */
export const unet: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles()) {
    for (const group of tensorGroups(file.names, 'x', 't')) await evaluateGroup(run, file, group);
  }
};

async function evaluateGroup(
  { golden, report, model }: KindRun,
  file: GoldenTensors,
  { prefix, names }: { prefix: string; names: string[] },
): Promise<void> {
  const weights = weightsOf(golden, file.file);
  const pathOf = (name: string) => name.slice(prefix.length).replace(/^detail\./, '');
  const inner = names.filter((name) => !inputs.has(name.slice(prefix.length)));
  const known = new Set(exposableInUNet(await model(weights), inner.map(pathOf)));
  const shown = inner.filter((name) => known.has(pathOf(name)));
  const { denoiser } = await model(weights, { unet: shown.map(pathOf) });
  const context = await file.maybe(`${prefix}context`);
  const latent = await file.get(`${prefix}x`);
  const { prediction, exposed } = await denoiser.evaluateExposing({
    latent,
    timesteps: timestepsFor(latent, await file.get(`${prefix}t`)),
    ...(context ? { context } : {}),
  });
  const check = golden.tolerance;
  const eps = await file.maybe(`${prefix}eps`);
  if (eps) report.tensor(`${file.file}: ${prefix}eps`, prediction, eps, check.for(`${prefix}eps`, 'eps'));
  for (const name of shown) {
    const expected = await file.get(name);
    const tolerance = check.for(name, 'activations');
    report.tensor(`${file.file}: ${name}`, exposed.get(pathOf(name))!, expected, tolerance);
  }
}
