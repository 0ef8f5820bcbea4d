import { z } from 'zod';
import { unet2dCondition } from '../../../models/architectures/unet2dCondition.ts';
import type { UNetConfig } from '../../../models/architectures/unetConfig.ts';
import type { Network } from '../../../models/catalog/modelParts.ts';
import { convolutionOperations, countOperations } from '../../../models/graph/countOperations.ts';
import type { Graph } from '../../../models/graph/graph.ts';
import { parameters } from '../../../models/weights/parameters.ts';
import { convolutionRate } from './convolutionRate.ts';
import { openPlainConvolutions } from './plainConvolutions.ts';
import { median } from './table.ts';
import type { TrainingWork } from './trainingWork.ts';

const besideSchema = z.object({
  /** GFLOP/s. */
  rate: z.number(),
  /** The step's rate over this one, each step beside what ran right before and after it. */
  share: z.number(),
});

export const timedStepsSchema = z.object({
  /** In seconds: a whole step, and the optimiser's part of it; medians. */
  step: z.number(),
  update: z.number(),
  /** Of a whole step. */
  gflop: z.number(),
  /** The network's own convolutions (see openPlainConvolutions) and one of 320 channels, if they were timed. */
  own: besideSchema.optional(),
  wide: besideSchema.optional(),
});

interface StepTime {
  readonly step: number;
  readonly update: number;
}

/** Medians over rounds. What slows the machine for a while slows a step and the convolutions around it alike. */
export async function timeSteps(
  takeStep: () => Promise<StepTime>,
  { work, unet }: { readonly work: TrainingWork; readonly unet: Network<UNetConfig> },
): Promise<z.infer<typeof timedStepsSchema>> {
  const { rows, device } = work;
  const network = forwardGraph(unet, work);
  const gflop = stepOperations(network, work) / 1e9;
  const plain = work.convolutions ? await openPlainConvolutions(network, { rows, device }) : undefined;
  const around: { own: number; wide: number }[] = [];
  const convolve = async () => {
    if (plain) around.push({ wide: await convolutionRate(device, 3), own: await plain.rate() });
  };
  const steps: StepTime[] = [];
  await convolve();
  for (let round = 0; round < work.rounds; round++) {
    steps.push(await takeStep());
    await convolve();
  }
  await plain?.release();
  const beside = (kind: 'own' | 'wide') => {
    const rates = around.map((each) => each[kind]);
    const shares = steps.map(({ step }, i) => (2 * gflop) / step / (rates[i]! + rates[i + 1]!));
    return { rate: median(rates), share: median(shares) };
  };
  return {
    gflop,
    step: median(steps.map(({ step }) => step)),
    update: median(steps.map(({ update }) => update)),
    ...(plain ? { own: beside('own'), wide: beside('wide') } : {}),
  };
}

function forwardGraph({ config, weights }: Network<UNetConfig>, { size }: TrainingWork): Graph {
  const form = { height: size, width: size, attention: 'plain', closed: true } as const;
  return unet2dCondition({ ...form, config, parameters: parameters(weights) });
}

/** Each product is computed again towards its input and towards its weight; only the first convolution's input wants none. */
function stepOperations(network: Graph, { rows, tokens }: TrainingWork): number {
  const sizes = { B: rows, contextTokens: tokens };
  const first = network.nodes.find(({ op }) => op === 'Conv')!;
  return 3 * countOperations(network, sizes).total - convolutionOperations(first, sizes);
}
