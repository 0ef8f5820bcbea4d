import type { WeightSource } from '../../../../../models/weights/weightSource.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { Kind, KindRun } from '../kind.ts';
import { adapterFiles, openAdapterFrom } from './harmonisers.ts';

/**
 * `phdiffusion/adapter`: a composite `comp` and its `mask` give features at every level, with residual connections
 * (`feature_N`) and without (`feature_nores_N`), by every file of the case that holds the weights; all of those hold the
 * same ones.
 */
export const adapter: Kind = async (run) => {
  const sources = await adapterFiles(run.golden, 'ad', 'interact');
  for (const file of await run.golden.tensorFiles()) {
    for (const source of sources) {
      await compareWeights(run, source, file);
      if (file.has('comp') && file.has('mask')) await compareFeatures(run, source, file);
    }
  }
};

async function compareWeights({ report }: KindRun, source: WeightSource, file: GoldenTensors): Promise<void> {
  for (const name of file.names.filter((each) => source.tensors.has(each))) {
    const found = new Float32Array((await source.read(name)).slice().buffer);
    report.values(`${source.title}: ${name}`, found, (await file.get(name)).data, 0);
  }
}

async function compareFeatures(run: KindRun, source: WeightSource, file: GoldenTensors): Promise<void> {
  const { golden, report, models } = run;
  const opened = await openAdapterFrom(source, models, ['conv_in']);
  // By itself the authors' encoder halves odd sizes rounding down; a UNet could not take that.
  const input = { pixels: await file.get('comp'), mask: await file.get('mask'), rounding: 'down' } as const;
  for (const residual of [true, false]) {
    for (const [name, value] of await opened.encodeExposing({ ...input, residual })) {
      const features = residual ? name : name.replace('feature_', 'feature_nores_');
      const expected = await file.maybe(name === 'conv_in' ? 'conv_in_out' : features);
      const label = `${source.title}: ${features}`;
      if (expected) report.tensor(label, value, expected, golden.tolerance.for(name, 'max_abs'));
    }
  }
}
