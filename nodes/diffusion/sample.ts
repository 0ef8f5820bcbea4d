import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { defineNode } from '../contract/node.ts';
import { checkChannels, checkFinite } from '../latent/checkLatent.ts';
import { attentionWarning } from './attentionWarning.ts';
import { stepReport } from './reportStep.ts';
import { runSampling } from './runSampling.ts';
import { sampleParams } from './sampleParams.ts';
import { samplingCourse } from './samplingCourse.ts';
import { checkSpacing } from './stepParams.ts';

export const sample = defineNode({
  type: 'diffusion/sample',
  version: 2,
  title: 'Sample',
  help: 'Removes noise from a latent step by step until a clean one is left, and shows every step. Takes any denoiser, plain or patched. By default it leaves out the first step, as StyleID does: 49 of 50 steps, starting from the inverted latent as it is.',
  inputs: {
    denoiser: {
      type: 'denoiser',
      title: 'Denoiser',
      help: 'From Load Diffusion Model, or patched by KV Swap, Guidance, DEF, Masked Blend.',
    },
    latent: { type: 'latent', title: 'Latent', help: 'Noise, an inverted latent, or one with noise added.' },
  },
  outputs: {
    latent: { type: 'latent', title: 'Latent', help: 'The clean latent.' },
    predicted: {
      type: 'latent',
      title: 'Last prediction',
      help: 'What the network took the clean latent to be in the last step; a little smoother.',
    },
  },
  params: sampleParams,
  migrations: { 1: withoutVariant },
  reportsSteps: true,
  resumable: true,

  check: ({ sampler, ...params }, model) => checkSpacing({ ...params, isPndm: sampler === 'pndm' }, model),

  async run({ inputs, params, signal, services, step, note }) {
    const { denoiser, latent } = inputs;
    checkChannels(latent, denoiser.latentChannels, 'the denoiser');
    const { plan, until, eta } = samplingCourse(params, latent, denoiser);
    const slow = attentionWarning(latent, denoiser);
    if (slow !== undefined) note('warning', slow);
    const generator = new TorchGenerator(BigInt(params.seed));
    const { reached, notes } = await runSampling({
      sampler: params.sampler,
      options: {
        denoiser,
        latent: latent.samples,
        steps: params.steps,
        startStep: plan.settings.startStep,
        spacing: params.spacing,
        pndmStart: plan.settings.pndmStart,
        eta,
        ...(eta > 0 ? { noise: (shape) => generator.randn(shape) } : {}),
        ...(plan.from ? { from: plan.from } : {}),
        until,
        signal,
      },
      record: services.sampling(plan.key, (plan.from?.done ?? 0) + 1),
      tell: (made, known) => step({ ...stepReport(made, denoiser, services), ...(known ? { known } : {}) }),
    });
    checkFinite(reached.latent, 'The sampled latent');
    if (notes.length > 0) note('warning', [...(slow === undefined ? [] : [slow]), ...notes].join('; '));
    const { downscale } = latent;
    const { key, origin, settings } = plan;
    const { state, of } = reached;
    const stopped =
      state.done < of ? { stopped: { key, origin, settings, denoiser: denoiser.key, state, of } } : {};
    return {
      latent: { samples: reached.latent, downscale, ...stopped },
      predicted: { samples: reached.predictedClean, downscale },
    };
  },
});

/** Version 1 had a choice of noise levels, which only inverting has a use for. */
function withoutVariant(params: Record<string, unknown>): Record<string, unknown> {
  const { variant: _, ...rest } = params;
  return rest;
}
