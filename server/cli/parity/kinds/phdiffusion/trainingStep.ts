import { harmonyBatch } from '../../../../../models/training/phdiffusion/harmonyBatch.ts';
import { harmonyTraining } from '../../../../../models/training/phdiffusion/harmonyTraining.ts';
import { openWeightFile } from '../../../../../models/weights/openWeightFile.ts';
import { readFloat32 } from '../../../../../models/weights/readFloat32.ts';
import type { Kind } from '../kind.ts';
import { compareInside } from './compareInside.ts';
import { compareOtherMasks } from './compareOtherMasks.ts';
import { compareTrained } from './compareTrained.ts';
import { caseFiles } from './harmonisers.ts';
import { caseLatents, nearly, openHarmonyCase, type HarmonyCase } from './harmonyCase.ts';

/**
 * `phdiffusion/training-step`: one step of the authors' train.py: what it looks at, what lies between, the four losses, the
 * gradients and one step of AdamW by the trainer, and the losses of the same prediction with other masks.
 */
export const trainingStep: Kind = async (run) => {
  const step = await openHarmonyCase(run);
  const { forward, report, pictures } = step;
  const { graph } = await harmonyTraining(step.networks, step.shape);
  const batch = harmonyBatch(graph, pictures, await caseLatents(step));
  const noised = await forward.get('x_noisy');
  report.values('x_noisy', batch['latent']!.data, noised.data, nearly(noised));
  await compareInside(step, batch);
  await compareTrained(step, batch);
  await compareOtherMasks(step);
  await compareContainers(step);
};

/** The same VGG in PyTorch's containers. */
async function compareContainers({ golden, report }: HarmonyCase): Promise<void> {
  const file = (await golden.tensorFiles()).find((each) => each.has('vgg.0.weight'));
  for (const path of file ? await caseFiles(golden) : []) {
    if (!/vgg.*\.pth$/.test(path)) continue;
    const source = await openWeightFile(path);
    for (const name of source.tensors.keys()) {
      const expected = await file!.get(`vgg.${name}`);
      report.values(`${source.title}: ${name}`, await readFloat32(source, name), expected.data, 0);
    }
  }
}
