import { join } from 'node:path';
import type { BenchPlace } from './benchEngine.ts';
import { measureTraining } from './measureTraining.ts';
import type { Table } from './table.ts';
import { leastNote, memoryText } from './trainingStep.ts';
import { writeFullSizeModel } from './writeFullSizeModel.ts';

/** The gradient of all weights of Stable Diffusion 1.5's UNet, with blocks computed again. */
export async function fullSizeTraining({ dataFolder, device }: BenchPlace): Promise<Table> {
  const folder = join(dataFolder, 'models', 'full-size');
  await writeFullSizeModel(folder);
  const size = { rows: 1, size: 64, tokens: 77 };
  const measured = await measureTraining({
    ...size,
    folder,
    device,
    recompute: true,
    update: false,
    convolutions: false,
    rounds: 1,
  });
  return {
    title: 'The gradient of all weights, Stable Diffusion 1.5’s UNet, one row at 512x512',
    columns: ['figure', 'value', 'goal'],
    rows: [
      ['opening', `${measured.opening.toFixed(1)} s`, ''],
      ['a gradient, with blocks computed again', `${measured.step.toFixed(1)} s`, ''],
      ['memory that it took', memoryText(measured), '≤ 2 times'],
    ],
    notes: ['Generated weights, float32, the third of three evaluations.', leastNote],
  };
}
