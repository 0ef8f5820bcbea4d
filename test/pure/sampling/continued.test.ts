import { describe, expect, it } from 'vitest';
import type { SampledStep } from '../../../models/sampling/samplerStep.ts';
import { samplers, type AnySamplerOptions } from '../../../models/sampling/samplers.ts';
import type { SamplerState } from '../../../models/sampling/samplerState.ts';
import { TorchGenerator } from '../../../models/sampling/torchGenerator.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { fakeDenoiser, ramp } from './fakeDenoiser.ts';

const shape = [1, 4, 2, 2];
type Name = keyof typeof samplers;
const names = Object.keys(samplers) as Name[];

/** Bends what it is given, so that every step depends on the one before. */
function bending(strength = 1) {
  return fakeDenoiser({
    predict: ({ latent, timesteps }) =>
      tensor(
        latent.shape,
        latent.data.map((x) => Math.sin(strength * x + timesteps[0]! / 500)),
      ),
  });
}

async function sample(name: Name, options: Partial<AnySamplerOptions> = {}) {
  const steps: SampledStep[] = [];
  const denoiser = bending();
  const generator = new TorchGenerator(4);
  const result = await samplers[name]({
    denoiser,
    latent: ramp(shape),
    steps: 8,
    noise: (of) => generator.randn(of),
    onStep: (step) => steps.push(step),
    ...options,
  });
  return { ...result, steps, calls: denoiser.calls };
}

const withoutMemory = ({ done, draws, level }: SamplerState): SamplerState => ({ done, draws, level });

describe.each(names)('%s', (name) => {
  it.each([{}, { startStep: 6 }, ...(name === 'pndm' ? [] : [{ spacing: 'karras', eta: 1 } as const])])(
    'goes on after any step to the same bits (%o)',
    async (options) => {
      const whole = await sample(name, options);
      for (const { latent, state } of whole.steps) {
        const rest = await sample(name, { ...options, latent, from: state });
        expect(rest.steps).toEqual(whole.steps.slice(state.done));
        expect(rest.latent).toEqual(whole.latent);
      }
    },
  );

  it('stops after the step that it is told', async () => {
    const whole = await sample(name);
    const part = await sample(name, { until: 3 });
    expect(part.steps).toEqual(whole.steps.slice(0, 3));
    expect(part.latent).toEqual(whole.steps[2]!.latent);
    const { latent, state } = whole.steps[2]!;
    const more = await sample(name, { latent, from: state, until: 5 });
    expect(more.steps).toEqual(whole.steps.slice(3, 5));
  });

  it('goes on from a noise level, towards the cleaner ones of its own schedule', async () => {
    const { latent, state } = (await sample('euler', { spacing: 'karras' })).steps[3]!;
    const { steps, calls } = await sample(name, { latent, from: withoutMemory(state), steps: 20 });
    expect(calls[0]).toMatchObject({ latent, timesteps: [state.level.timestep] });
    expect(steps[0]!.step).toBe(5);
    expect(steps.at(-1)!.step).toBe(steps.at(-1)!.of);
    const timesteps = [...new Set(steps.map(({ timestep }) => timestep))];
    expect(timesteps).toEqual([...timesteps].sort((a, b) => b - a));
    const grid = (await sample(name, { steps: 20 })).steps.map(({ timestep }) => timestep);
    expect(timesteps.slice(1)).toEqual([
      ...new Set(grid.filter((timestep) => timestep < state.level.timestep)),
    ]);
  });

  it('goes on from there to the same bits, once more interrupted', async () => {
    const { latent, state } = (await sample('euler', { spacing: 'karras' })).steps[3]!;
    const whole = await sample(name, { latent, from: withoutMemory(state), steps: 20 });
    for (const step of whole.steps) {
      const rest = await sample(name, { latent: step.latent, from: step.state, steps: 20 });
      expect(rest.steps).toEqual(whole.steps.slice(step.step - 4));
    }
  });

  it('tells of every step what the network was asked first, and what it said', async () => {
    const { steps, calls } = await sample(name);
    for (const { step, timestep, evaluation } of steps) {
      const call = calls.find(({ position }) => position!.step === step - 1)!;
      expect(evaluation.given).toBe(call.latent);
      expect(evaluation.timestep).toBe(timestep);
      const [x, alpha] = [evaluation.seen.data, evaluation.alpha];
      const clean = x.map(
        (value, i) => (value - Math.sqrt(1 - alpha) * evaluation.prediction.data[i]!) / Math.sqrt(alpha),
      );
      // PNDM's clean latent is by several predictions together.
      if (name === 'pndm') continue;
      // Of an evaluation whose level is not the latent's, the two would differ by far.
      const { predictedClean } = steps[step - 1]!;
      expect(clean.every((value, i) => Math.abs(value - predictedClean.data[i]!) < 1e-3)).toBe(true);
    }
  });
});

describe('going on from a noise level', () => {
  it('without memory leads one-step samplers to where they would have come', async () => {
    for (const name of ['ddim', 'euler', 'heun'] as const) {
      const whole = await sample(name);
      const { latent, state } = whole.steps[3]!;
      const rest = await sample(name, { latent, from: withoutMemory(state) });
      expect(rest.steps.map(({ step, of }) => [step, of])).toEqual([
        [5, 8],
        [6, 8],
        [7, 8],
        [8, 8],
      ]);
      rest.latent.data.forEach((value, i) => expect(value).toBeCloseTo(whole.latent.data[i]!, 4));
    }
  });

  it('with nothing cleaner in the schedule takes one step to its end', async () => {
    const { latent, state } = (await sample('ddim', { steps: 100 })).steps[98]!;
    for (const name of names) {
      const { steps } = await sample(name, { latent, from: withoutMemory(state), steps: 2 });
      expect(steps.map(({ step, of }) => [step, of])).toEqual([[100, 100]]);
    }
  });
});
