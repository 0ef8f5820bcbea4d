import { describe, expect, it } from 'vitest';
import type { Latent } from '../../../nodes/contract/portValues.ts';
import { sample } from '../../../nodes/diffusion/sample.ts';
import { adain } from '../../../nodes/latent/adain.ts';
import { maskedAdain } from '../../../nodes/style/maskedAdain.ts';
import { tensor } from '../../../models/tensor/tensor.ts';
import { StepStore } from '../../../server/engine/stepStore.ts';
import { fakeDenoiser, ramp } from '../sampling/fakeDenoiser.ts';
import { callNode } from './callNode.ts';

const latent: Latent = { samples: ramp([1, 4, 2, 2]), downscale: 8 };

function bending(key = 'bending', strength = 1) {
  return fakeDenoiser({
    key,
    predict: ({ latent: { shape, data }, timesteps }) =>
      tensor(
        shape,
        data.map((x) => Math.sin(strength * x + timesteps[0]! / 500)),
      ),
  });
}

/** An engine's memory of steps, and calls of Sample that use it. */
function workshop(budget = 1e6) {
  const store = new StepStore(budget);
  return async (params: object, { from = latent, denoiser = bending() } = {}) => {
    const services = { sampling: (key: string, first: number) => store.record(key, first) };
    const { outputs, steps, notes } = await callNode(
      sample,
      { denoiser, latent: from },
      { steps: 10, ...params },
      services,
    );
    const told = steps.map(({ step, of, known }) => `${step}/${of}${known ? ' known' : ''}`);
    return { latent: outputs['latent'] as Latent, told, evaluated: denoiser.calls.length, notes };
  };
}

const continued = { start: 'latent' };

describe('Stop after and Where the latent stopped', () => {
  const samplers = ['ddim', 'pndm', 'euler', 'euler-ancestral', 'heun', 'dpmpp-2m'];
  const schedules = [
    {},
    { start: 'all', spacing: 'compvis', steps: 12 },
    { start: 'strength', strength: 0.7, spacing: 'leading' },
    { start: 'all', spacing: 'karras' },
  ];
  it.each([
    ...samplers.flatMap((sampler) => schedules.map((schedule) => ({ sampler, ...schedule }))),
    { sampler: 'ddim', eta: 1, seed: '7' },
    { sampler: 'pndm', start: 'strength', strength: 0.7, pndmStart: 'corrected' },
  ])('give the very picture of one run, from nothing, wherever they stop: %o', async (settings) => {
    // PNDM needs evenly spaced timesteps.
    const { sampler, ...rest }: Record<string, unknown> = settings;
    const params = sampler === 'pndm' && rest['spacing'] === 'karras' ? { sampler } : settings;
    const whole = await workshop()(params);
    for (let until = 1; until < whole.told.length; until++) {
      const first = await workshop()({ ...params, until });
      const second = await workshop()({ ...params, ...continued }, { from: first.latent });
      expect([...first.told, ...second.told]).toEqual(whole.told);
      expect(second.latent).toEqual(whole.latent);
      expect(first.latent.samples).not.toEqual(whole.latent.samples);
    }
  });

  it('never repeat a step that is remembered', async () => {
    const run = workshop();
    const whole = await run({});
    const first = await run({ until: 4 });
    const second = await run(continued, { from: first.latent });
    expect([first.evaluated, second.evaluated]).toEqual([0, 0]);
    expect(first.told).toEqual(whole.told.slice(0, 4).map((step) => `${step} known`));
    expect(second.latent).toEqual(whole.latent);
  });

  it('go on with another denoiser, sampler or number of steps from the noise that is left', async () => {
    const run = workshop();
    const { latent: from } = await run({ until: 4 });
    const others = [
      await run(continued, { from, denoiser: bending('other', 2) }),
      await run({ ...continued, sampler: 'dpmpp-2m' }, { from }),
      await run({ ...continued, steps: 20 }, { from }),
      await run({ ...continued, eta: 1, seed: '5' }, { from }),
      await run({ ...continued, eta: 1, seed: '6' }, { from }),
    ];
    expect(others.map(({ told }) => [told[0], told.at(-1)])).toEqual([
      ['5/9', '9/9'],
      ['5/9', '9/9'],
      ['5/13', '13/13'],
      ['5/9', '9/9'],
      ['5/9', '9/9'],
    ]);
    const pictures = [await run({}), ...others].map((one) => one.latent.samples.data.join());
    expect(new Set(pictures).size).toBe(pictures.length);
  });

  it('can be interrupted twice', async () => {
    const once = await workshop()({ sampler: 'dpmpp-2m', start: 'all' });
    const first = await workshop()({ sampler: 'dpmpp-2m', start: 'all', until: 3 });
    const settings = { sampler: 'dpmpp-2m', ...continued };
    const second = await workshop()({ ...settings, until: 7 }, { from: first.latent });
    const third = await workshop()(settings, { from: second.latent });
    expect(third.latent).toEqual(once.latent);
  });

  it.each(['ddim', 'pndm', 'dpmpp-2m'])(
    'go on with %s from what AdaIN made of the latent',
    async (sampler) => {
      const run = workshop();
      const whole = await run({ sampler });
      const { latent: from } = await run({ sampler, until: 4 });
      const mask = { width: 2, height: 2, data: Float32Array.of(1, 0, 0, 0) };
      const style: Latent = { samples: ramp([1, 4, 2, 2], 2), downscale: 8 };
      const matched = await callNode(adain, { content: from, style });
      const masked = await callNode(maskedAdain, { latent: from, mask, reference: style }, { strength: 1 });
      const pictures = [whole.latent];
      for (const changed of [matched, masked]) {
        const next = await run({ sampler, ...continued }, { from: changed.outputs['latent'] as Latent });
        expect([next.told[0]?.slice(0, 2), next.told.some((step) => step.endsWith('known'))]).toEqual([
          '5/',
          false,
        ]);
        pictures.push(next.latent);
      }
      expect(new Set(pictures.map(({ samples }) => samples.data.join())).size).toBe(3);
      const untouched = await callNode(
        maskedAdain,
        { latent: from, mask, reference: style },
        { strength: 0 },
      );
      const same = await run({ sampler, ...continued }, { from: untouched.outputs['latent'] as Latent });
      expect(same.latent).toEqual(whole.latent);
    },
  );

  it('say what is wrong with a latent or a step that cannot be', async () => {
    const run = workshop();
    const { latent: from } = await run({ until: 4 });
    await expect(run(continued)).rejects.toMatchObject({ code: 'bad-parameter', port: 'latent' });
    await expect(run({ ...continued, until: 4 }, { from })).rejects.toThrow(
      'This latent has 4 steps behind it',
    );
    const complete = await run({ until: 40 });
    expect(complete.latent.stopped).toBeUndefined();
  });
});

describe('a sampling that was cancelled', () => {
  it('goes on where it stopped', async () => {
    const run = workshop();
    const failing = bending();
    const evaluate = failing.evaluate.bind(failing);
    const cut = {
      ...failing,
      evaluate: async (call: Parameters<typeof evaluate>[0]) => {
        if (call.position!.step === 6) throw new Error('cancelled');
        return evaluate(call);
      },
    };
    await expect(run({}, { denoiser: cut })).rejects.toThrow('cancelled');
    const { told, evaluated, latent: reached } = await run({});
    expect(evaluated).toBe(3);
    expect(told.filter((step) => step.endsWith('known')).length).toBe(6);
    expect(reached).toEqual((await workshop()({})).latent);
  });

  it('starts again when its steps had to make room', async () => {
    const run = workshop(3000);
    await run({ until: 5 });
    for (const seed of ['1', '2', '3']) await run({ eta: 1, seed });
    expect((await run({ until: 5 })).evaluated).toBe(5);
  });
});
