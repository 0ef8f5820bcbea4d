import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import type { Tensor } from '../../../models/tensor/tensor.ts';
import { openSafetensors } from '../../../models/weights/openSafetensors.ts';
import { GoldenCase } from '../../../server/cli/parity/goldenCase.ts';
import { writeExemplarFolder } from '../../../server/cli/parity/kinds/paintByExample/writeExemplarFolder.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { pictureOf, startEngine } from '../../helpers/startEngine.ts';
import { workflowOf } from '../../helpers/workflowOf.ts';

const golden = fileURLToPath(new URL('../../../../shared/golden/paint-by-example/', import.meta.url));
const there = existsSync(golden);

/** What the generator draws: the golden noise, which comes from no seed. */
const drawn = vi.hoisted((): Tensor[] => []);
vi.mock('../../../models/sampling/torchGenerator.ts', () => ({
  TorchGenerator: class {
    readonly #rest = [...drawn];
    randn = () => this.#rest.shift()!;
  },
}));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-exemplar-'));
  if (!there) return;
  const diffusers = await GoldenCase.read(join(golden, 'diffusers', 'e2e'), golden);
  await mkdir(join(folder, 'data', 'models'), { recursive: true });
  await writeExemplarFolder(diffusers, join(folder, 'data', 'models', 'paint-by-example'));
  for (const form of ['author', 'diffusers'])
    await cp(join(golden, form, 'e2e'), join(folder, form, 'samples'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Setting {
  readonly form: 'author' | 'diffusers';
  readonly sampler: 'ddim' | 'pndm';
}

/** The whole method in ordinary nodes. */
function workflow({ form, sampler }: Setting): WorkflowDocument {
  const author = form === 'author';
  const nodes = {
    source: ['image/load', { image: 'sample:source.png' }],
    exemplar: ['image/load', { image: 'sample:reference.png' }],
    mask: ['mask/load', { image: 'sample:mask.png' }],
    model: ['inpaint/load-exemplar-model', { model: 'paint-by-example' }],
    vision: ['inpaint/clip-vision-encode', { fit: form }],
    conditioning: ['inpaint/exemplar-conditioning', {}],
    inpaint: ['inpaint/inpaint-conditioning', { layout: form }],
    guidance: ['diffusion/guidance', { scale: 5 }],
    sample: [
      'diffusion/sample',
      { sampler, steps: 10, start: 'all', spacing: author ? 'compvis' : 'leading' },
    ],
    decode: ['latent/decode', { rounding: author ? 'truncate' : 'round' }],
    save: ['image/save', { name: 'result' }],
  } as const;
  const links = [
    'model.vision vision.vision',
    'exemplar.image vision.image',
    'model.vision conditioning.vision',
    'vision.embedding conditioning.embedding',
    'model.denoiser inpaint.denoiser',
    'model.autoencoder inpaint.autoencoder',
    'source.image inpaint.image',
    'mask.mask inpaint.mask',
    'inpaint.denoiser guidance.denoiser',
    'conditioning.positive guidance.positive',
    'conditioning.negative guidance.negative',
    'guidance.denoiser sample.denoiser',
    'inpaint.noise sample.latent',
    'sample.latent decode.latent',
    'model.autoencoder decode.autoencoder',
    'decode.image save.image',
  ];
  return workflowOf(nodes, links);
}

async function noiseOf(form: Setting['form']): Promise<Tensor[]> {
  const file = await openSafetensors(join(golden, form, 'e2e', 'inputs.safetensors'));
  // In the order in which each program draws.
  const names = form === 'author' ? ['vae_noise', 'x_T'] : ['latents_init', 'vae_noise'];
  return Promise.all(
    names.map(async (name) => ({
      shape: file.tensors.get(name)!.shape,
      data: new Float32Array((await file.read(name)).slice().buffer),
    })),
  );
}

describe.skipIf(!there)(`Paint by Example as a workflow${there ? '' : ' (skipped: no golden data)'}`, () => {
  it.each<Setting & { readonly picture: string }>([
    { form: 'author', sampler: 'pndm', picture: 'result_plms.png' },
    { form: 'author', sampler: 'ddim', picture: 'result_ddim.png' },
    { form: 'diffusers', sampler: 'pndm', picture: 'result_pndm.png' },
    { form: 'diffusers', sampler: 'ddim', picture: 'result_ddim.png' },
  ])('gives the picture of the $form by $sampler', async ({ picture, ...setting }) => {
    drawn.splice(0, drawn.length, ...(await noiseOf(setting.form)));
    const engine = startEngine({
      dataFolder: join(folder, 'data'),
      builtinFolder: join(folder, setting.form),
    });
    const told = await engine.run(workflow(setting), false);
    expect(told.finished).toMatchObject({ state: 'done' });
    const { picture: found } = await decodePicture(pictureOf(told).bytes);
    const file = await readFile(join(golden, setting.form, 'e2e', picture));
    const { picture: expected } = await decodePicture(file, { profile: 'ignore' });
    expect([found.width, found.height]).toEqual([expected.width, expected.height]);
    const worst = found.data.reduce((so, level, i) => Math.max(so, Math.abs(level - expected.data[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(1);
  });
});
