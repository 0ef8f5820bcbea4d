import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { channelStatistics } from './channelStatistics.ts';

export const statistics = defineNode({
  type: 'latent/statistics',
  version: 1,
  title: 'Latent Statistics',
  help: 'Mean, standard deviation, least and greatest value of every channel of a latent. A fully noised or inverted latent should be near mean 0 and deviation 1; what differs is what AdaIN carries over.',
  inputs: { latent: { type: 'latent', title: 'Latent', help: 'Any latent.' } },
  outputs: { table: { type: 'table', title: 'Table', help: 'One row a channel.' } },
  params: z.object({}),
  isOutput: true,

  async run({ inputs, note }) {
    const rows = channelStatistics(inputs.latent.samples);
    for (const { channel, mean, std, min, max } of rows) {
      const words = `mean ${mean.toFixed(3)}, deviation ${std.toFixed(3)}, ${min.toFixed(2)} to ${max.toFixed(2)}`;
      note(`channel ${channel}`, words);
    }
    const table = {
      columns: ['channel', 'mean', 'std', 'min', 'max'],
      rows: rows.map(({ channel, mean, std, min, max }) => [channel, mean, std, min, max]),
    };
    return { table };
  },
});
