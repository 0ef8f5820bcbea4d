import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttentionKind, Denoiser } from '../../models/sampling/denoiser.ts';
import { invertDdim, samplingStart } from '../../models/sampling/invertDdim.ts';
import type { FeatureCapture } from '../../models/sampling/invertDdim.ts';
import { selectAttentionLayers } from '../../models/sampling/selectAttentionLayers.ts';
import type { Trajectory } from '../../models/sampling/trajectory.ts';
import { readTrajectory, writeTrajectory } from '../../models/sampling/trajectoryFiles.ts';
import { z } from 'zod';
import { defineNode } from '../contract/node.ts';
import { choice, layers } from '../contract/parameter.ts';
import type { NodeServices } from '../contract/services.ts';
import { checkChannels } from '../latent/checkLatent.ts';
import { attentionWarning } from './attentionWarning.ts';
import { stepReport } from './reportStep.ts';
import { stepsParam } from './stepParams.ts';

const KINDS: Readonly<Record<string, readonly AttentionKind[]>> = {
  all: ['q', 'k', 'v'],
  queries: ['q'],
  'keys-values': ['k', 'v'],
};
const PRECISIONS = { auto: 'auto', half: 'float16', full: 'float32' } as const;

export const invert = defineNode({
  type: 'diffusion/invert',
  version: 1,
  title: 'DDIM Invert',
  help: 'Runs the diffusion backwards: finds the noise from which the sampler would make this very picture. On the way it can keep what the self-attention layers saw at every step; KV Swap puts that into another picture. Inversions are kept on disk, so a second style with the same photo is quicker.',
  inputs: {
    denoiser: { type: 'denoiser', title: 'Denoiser', help: 'From Load Diffusion Model.' },
    latent: { type: 'latent', title: 'Latent', help: 'Clean, from Encode.' },
  },
  outputs: {
    latent: {
      type: 'latent',
      title: 'Inverted latent',
      help: 'Almost pure noise, with the picture hidden in it.',
    },
    trajectory: {
      type: 'trajectory',
      title: 'Trajectory',
      help: 'All steps, with attention features if kept.',
    },
  },
  params: z.object({
    steps: stepsParam,
    capture: choice({
      title: 'Keep',
      help: 'Which attention features to keep: queries carry the layout of a content picture, keys and values the texture of a style picture.',
      default: 'all',
      choices: {
        all: 'Queries, keys and values',
        queries: 'Queries (content)',
        'keys-values': 'Keys and values (style)',
        none: 'Nothing',
      },
    }),
    layers: layers({
      title: 'Layers',
      help: 'Self-attention layers to keep features of, styleid (the choice of the authors: output blocks 6 to 11 of Stable Diffusion) or for example 7-11, middle or all. Those that KV Swap uses must be among them.',
      default: 'styleid',
    }),
    precision: choice({
      title: 'Precision',
      help: 'How features are kept. Automatic: full while they fit into the memory budget, else half, which takes half the space.',
      default: 'auto',
      choices: { auto: 'Automatic', half: 'Half', full: 'Full' },
      advanced: true,
    }),
    variant: choice({
      title: 'Noise levels',
      help: 'Which noise level a step starts from: as in the first StyleID program (run_styleid.py), or as in its diffusers version (run_styleid_diffusers.py). Sampling is the same in both.',
      default: 'ldm',
      choices: { ldm: 'As run_styleid.py', diffusers: 'As run_styleid_diffusers.py' },
      advanced: true,
    }),
  }),
  reportsSteps: true,
  diskCache: {
    async write({ latent, trajectory }, folder) {
      await writeTrajectory(trajectory, folder);
      await writeFile(join(folder, 'latent.json'), JSON.stringify({ downscale: latent.downscale }));
    },
    async read(folder) {
      const { downscale } = JSON.parse(await readFile(join(folder, 'latent.json'), 'utf8')) as {
        downscale: number;
      };
      return outputsOf(await readTrajectory(folder), downscale);
    },
  },

  async run({ inputs, params, signal, services, step, note }) {
    const { denoiser, latent } = inputs;
    checkChannels(latent, denoiser.latentChannels, 'the denoiser');
    const capture = captureOf(params, denoiser, services);
    const slow = attentionWarning(latent, denoiser);
    if (slow !== undefined) note('warning', slow);
    const trajectory = await invertDdim({
      denoiser,
      latent: latent.samples,
      steps: params.steps,
      variant: params.variant,
      ...(capture ? { capture } : {}),
      signal,
      onStep: (state) => step(stepReport(state, denoiser, services)),
    });
    const usage = trajectory.features?.usage;
    if (usage) {
      note('features kept as', usage.precision);
      note('features in memory', megabytes(usage.bytesInMemory));
      if (usage.bytesOnDisk > 0) note('features on disk', megabytes(usage.bytesOnDisk));
    }
    return outputsOf(trajectory, latent.downscale);
  },
});

function captureOf(
  params: z.infer<typeof invert.params>,
  denoiser: Denoiser,
  services: NodeServices,
): FeatureCapture | undefined {
  const kinds = KINDS[params.capture];
  if (!kinds) return undefined;
  return {
    layers: selectAttentionLayers(params.layers, denoiser.attentionLayers),
    kinds,
    precision: PRECISIONS[params.precision],
    budget: services.featureBudget,
    folder: services.spillFolder,
  };
}

function outputsOf(trajectory: Trajectory, downscale: number) {
  return { latent: { samples: samplingStart(trajectory), downscale }, trajectory };
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
