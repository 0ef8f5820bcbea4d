import type { OpenedDiffusionModel } from '../../../../../models/catalog/openDiffusionModel.ts';
import { clipPixels, exemplarPicture } from '../../../../../models/image/clipPixels.ts';
import { luminance } from '../../../../../models/image/luminance.ts';
import { picturesToPixels } from '../../../../../models/image/picturePixels.ts';
import { inpaintingExtra, type InpaintingExtra } from '../../../../../models/sampling/inpaintingExtra.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { KindRun } from '../kind.ts';

/** What both programs are given, and how the product takes it. */
export interface Scene {
  readonly run: KindRun;
  readonly model: OpenedDiffusionModel;
  readonly inputs: GoldenTensors;
  readonly form: 'author' | 'diffusers';
}

/** What is made of the pictures before the sampling begins. */
export interface Prepared extends InpaintingExtra {
  /** Of the whole picture. */
  readonly pixels: Tensor;
  readonly classToken: Tensor;
  readonly clipPixels: Tensor;
  readonly conditional: Tensor;
  readonly unconditional: Tensor;
}

export async function prepareScene({ run, model, inputs, form }: Scene): Promise<Prepared> {
  const { autoencoder, vision } = model;
  if (!vision) throw new Error('the weights hold no image encoder');
  const { golden, report } = run;
  const names = await pictureNames(golden);
  const reference = exemplarPicture(await golden.picture(names.reference), vision.imageSize, form);
  if (names.resized) report.picture(names.resized, reference, await golden.picture(names.resized), 0);
  const seen = clipPixels(reference);
  const embedding = await vision.encode(seen);
  const mask = luminance(await golden.picture(names.mask));
  const picture = await golden.picture(names.source);
  const noise = await inputs.get('vae_noise');
  return {
    ...(await inpaintingExtra({ picture, mask, autoencoder, form, noise })),
    pixels: picturesToPixels([picture]),
    clipPixels: seen,
    classToken: embedding.classToken,
    conditional: await vision.condition(embedding),
    unconditional: await vision.unconditional(),
  };
}

/** The case's pictures, told by their names or by what case.json says of them; the source is the one that is left. */
async function pictureNames(golden: GoldenCase) {
  const all = (await golden.names()).filter((name) => /\.(?:png|jpe?g)$/.test(name) && !/result/.test(name));
  const resized = all.find((name) => /resized/.test(name));
  const given = all.filter((name) => name !== resized);
  const find = (name: RegExp, words: RegExp): string => {
    const found =
      given.find((each) => name.test(each)) ?? given.find((each) => words.test(String(golden.about(each))));
    if (!found) throw new Error(`no picture is called ${name.source}`);
    return found;
  };
  const mask = find(/mask/i, /white/i);
  const reference = find(/ref|exemplar|example/i, /reference|exemplar/i);
  const source = given.find((name) => name !== mask && name !== reference);
  if (!source) throw new Error('there is no picture besides mask and reference');
  return { mask, reference, source, resized };
}
