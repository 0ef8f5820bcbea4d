import type { OpenedDiffusionModel } from '../../../models/catalog/openDiffusionModel.ts';
import { rateUNet } from './rateUNet.ts';
import type { Table } from './table.ts';

/** Evaluations of the built-in model's UNet, held against the plain convolution. */
export async function unetRates(model: OpenedDiffusionModel, convolution: number): Promise<Table> {
  const { first, plain, swapped, pair, gflop } = await rateUNet(model, { size: 64, rounds: 15 });
  return {
    title: 'UNet evaluations, built-in model at 256x256',
    columns: ['figure', 'value'],
    rows: [
      ['opening and first evaluation', `${first.toFixed(2)} s`],
      ['an evaluation', `${(plain * 1000).toFixed(1)} ms`],
      [
        'of the plain convolution’s rate',
        `${((gflop / plain / convolution) * 100).toFixed(0)} % (${(gflop / plain).toFixed(0)} of ${convolution.toFixed(0)} GFLOP/s)`,
      ],
      ['KV swap costs', `${((swapped / plain - 1) * 100).toFixed(1)} %`],
      ['a row in a batch of two', `${((pair / 2) * 1000).toFixed(1)} ms`],
    ],
    notes: [
      'Plain evaluations, such with StyleID’s injection and batches of two in turn; medians. The convolution is 3x3, 320 channels, 64x64.',
    ],
  };
}
