import { splitMoments } from '../../../../models/catalog/klAutoencoder.ts';
import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import { posteriorStd, samplePosterior } from '../../../../models/sampling/samplePosterior.ts';
import type { Tensor } from '../../../../models/tensor/tensor.ts';
import type { GoldenTensors } from '../goldenTensors.ts';
import { exposableInAutoencoder } from './exposable.ts';
import { weightsOf } from './kind.ts';
import type { Kind, KindRun } from './kind.ts';
import { tensorGroups } from './tensorGroups.ts';

const given = new Set(['image', 'noise', 'latent', 'z']);
const outer = new Set(['moments', 'mean', 'logvar', 'std', 'z_sample', 'z_mode', 'decoded']);

/**
 * `styleid/vae`: an `image` through the encoder (`moments`, `mean`, `logvar`, `std`, `z_mode`, and with `noise`
 * `z_sample`), a scaled `latent` or an unscaled `z` through the decoder (`decoded`), inner values of both; a file with
 * `moments` but no image checks how moments are split.
 */
export const vae: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles()) {
    const prefixes = new Set(
      ['image', 'latent', 'z', 'moments'].flatMap((root) =>
        tensorGroups(file.names, root).map((group) => group.prefix),
      ),
    );
    for (const prefix of prefixes) await checkGroup(run, file, prefix);
  }
};

async function checkGroup(run: KindRun, file: GoldenTensors, prefix: string): Promise<void> {
  const image = await file.maybe(`${prefix}image`);
  const scaled = await file.maybe(`${prefix}latent`);
  const unscaled = await file.maybe(`${prefix}z`);
  const compare = comparer(run, file, prefix);
  if (!image && !scaled && !unscaled) {
    await comparePosterior(compare, file, { prefix, moments: await file.get(`${prefix}moments`) });
    return;
  }
  const weights = weightsOf(run.golden, file.file);
  const names = file.names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const inner = names.filter((name) => !given.has(name) && !outer.has(name));
  const shown = exposableInAutoencoder(await run.model(weights), inner);
  const { autoencoder } = await run.model(weights, { autoencoder: shown });
  const results = new Map<string, Tensor>();
  if (image) {
    for (const [name, value] of await autoencoder.encodeExposing(image)) results.set(name, value);
    await comparePosterior(compare, file, { prefix, moments: results.get('moments')!, autoencoder });
  }
  if (scaled) results.set('decoded', await autoencoder.decode(scaled));
  if (unscaled) {
    for (const [name, value] of await autoencoder.decodeExposing(unscaled)) results.set(name, value);
    results.set('decoded', results.get('pixels')!);
  }
  for (const name of [...shown, 'moments', 'decoded']) {
    const found = results.get(name);
    if (found) await compare(name, found);
  }
}

type Compare = (name: string, found: Tensor) => Promise<void>;

/** Compares with the file's tensor of that name, if it has one. */
function comparer({ golden, report }: KindRun, file: GoldenTensors, prefix: string): Compare {
  return async (name, found) => {
    const expected = await file.maybe(prefix + name);
    if (!expected) return;
    report.tensor(`${file.file}: ${prefix}${name}`, found, expected, golden.tolerance.for(name, name));
  };
}

async function comparePosterior(
  compare: Compare,
  file: GoldenTensors,
  options: { prefix: string; moments: Tensor; autoencoder?: OpenedDiffusionModel['autoencoder'] },
): Promise<void> {
  const posterior = splitMoments(options.moments);
  await compare('mean', posterior.mean);
  await compare('logvar', posterior.logvar);
  await compare('std', posteriorStd(posterior));
  if (!options.autoencoder) return;
  const { scalingFactor } = options.autoencoder;
  await compare('z_mode', samplePosterior(posterior, scalingFactor));
  const noise = await file.maybe(`${options.prefix}noise`);
  if (noise) await compare('z_sample', samplePosterior(posterior, scalingFactor, noise));
}
