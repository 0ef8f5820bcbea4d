import { clipPixels, exemplarPicture } from '../../../../../models/image/clipPixels.ts';
import { inpaintMask } from '../../../../../models/image/inpaintMask.ts';
import { luminance } from '../../../../../models/image/luminance.ts';
import type { Picture } from '../../../../../models/image/picture.ts';
import { picturesToPixels } from '../../../../../models/image/picturePixels.ts';
import { cropTensor } from '../../../../../models/tensor/cropTensor.ts';
import { resizeBilinear } from '../../../../../models/tensor/resizeBilinear.ts';
import { resizeNearest } from '../../../../../models/tensor/resizeNearest.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { GoldenCase } from '../../goldenCase.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';
import type { ParityReport } from '../../parityReport.ts';
import type { Kind } from '../kind.ts';
import { channelMeans } from './channelMeans.ts';

type Form = 'author' | 'diffusers';

/** Float32 arithmetic on levels: nothing may differ by more than its rounding. */
const ROUNDING = 1e-6;

/**
 * `paint-by-example/preprocessing`: pictures, masks and exemplars of both published implementations. `NAME.authorR.png`
 * and `NAME.diffusersR.png` are NAME at CLIP's size R; tensors are named `NAME.what`, NAME.png being the input.
 */
export const preprocessing: Kind = async ({ golden, report }) => {
  const names = await golden.names();
  const cases = new Preprocessing(golden, report, names);
  await cases.comparePictures();
  for (const file of await golden.tensorFiles()) {
    for (const name of file.names) await cases.compareTensor(file, name);
  }
  await cases.compareMeans();
};

/** Ends of the names of pictures that are results. */
const derived = /\.(author|diffusers)\d+$|\.expected_rgb$/;

class Preprocessing {
  readonly #golden: GoldenCase;
  readonly #report: ParityReport;
  readonly #names: readonly string[];

  constructor(golden: GoldenCase, report: ParityReport, names: readonly string[]) {
    this.#golden = golden;
    this.#report = report;
    this.#names = names;
  }

  async comparePictures(): Promise<void> {
    const tolerance = this.#golden.tolerance.for('', 'png');
    for (const name of this.#names) {
      const [, stem, form, size] = /^(.+)\.(author|diffusers)(\d+)\.\w+$/.exec(name) ?? [];
      const [, plain] = /^(.+)\.expected_rgb\.\w+$/.exec(name) ?? [];
      const expected = (stem ?? plain) && (await this.#golden.picture(name));
      if (!expected) continue;
      const source = await this.#source(stem ?? plain!);
      const found = stem ? exemplarPicture(source, Number(size), form as Form) : source;
      this.#report.picture(name, found, expected, tolerance);
    }
  }

  async compareTensor(file: GoldenTensors, name: string): Promise<void> {
    const stem = this.#stems.find((candidate) => name.startsWith(`${candidate}.`));
    const found = stem && (await this.#tensor(stem, name.slice(stem.length + 1), file.shapeOf(name)));
    if (!found) return;
    const expected = await file.get(name);
    this.#report.values(name, found.data, expected.data, ROUNDING);
  }

  /** Means per channel that the notes give for a size of which the file holds only a part. */
  async compareMeans(): Promise<void> {
    for (const [name, expected] of Object.entries(this.#golden.object('notes'))) {
      const [, stem, form, size] = /^(.+)\.(author|diffusers)(\d+)\.channel_mean$/.exec(name) ?? [];
      if (!stem || !Array.isArray(expected)) continue;
      const pixels = clipPixels(exemplarPicture(await this.#source(stem), Number(size), form as Form));
      this.#report.values(name, channelMeans(pixels), expected as number[], 1e-5);
    }
  }

  /** Input pictures, which tensors are named after; the longest names first. */
  get #stems(): string[] {
    const pictures = this.#names.filter((name) => /\.(png|jpe?g|webp|bmp)$/i.test(name));
    const stems = pictures.map((name) => name.replace(/\.\w+$/, ''));
    return stems.filter((stem) => !derived.test(stem)).sort((a, b) => b.length - a.length);
  }

  #source(stem: string): Promise<Picture> {
    const name = this.#names.find((candidate) => candidate.replace(/\.\w+$/, '') === stem);
    return this.#golden.picture(name ?? `${stem}.png`);
  }

  async #tensor(stem: string, what: string, shape: readonly number[]): Promise<Tensor | undefined> {
    const picture = await this.#source(stem);
    const pixels = /^(author|diffusers)(\d*)(\.crop)?$/.exec(what);
    if (pixels) {
      const [, form, digits, crop] = pixels;
      if (!digits && !this.#isExemplar(stem, picture, shape)) return picturesToPixels([picture]);
      const size = Number(digits) || shape.at(-1)!;
      const whole = clipPixels(exemplarPicture(picture, size, form as Form));
      return crop ? this.#cropped(whole, `${stem}.${what}`) : whole;
    }
    const mask = luminance(picture);
    const latent = /^latent_(author|diffusers)\.f(\d+)$/.exec(what);
    if (latent) {
      const resize = latent[1] === 'author' ? resizeBilinear : resizeNearest;
      return resize(inpaintMask(mask), shape.at(-2)!, shape.at(-1)!);
    }
    if (what === 'image_tensor') return picturesToPixels([picture]);
    if (what === 'L') return { shape, data: mask.data.map((value) => Math.round(value * 255)) };
    if (what === 'mask_tensor') return inpaintMask(mask);
    return what === 'test_bench_mask_tensor' ? inpaintMask(mask, 'soft') : undefined;
  }

  /** Sources keep their size; exemplars come at CLIP's, also as pictures, and the case calls them references. */
  #isExemplar(stem: string, { width, height }: Picture, shape: readonly number[]): boolean {
    if (shape.at(-1) !== width || shape.at(-2) !== height) return true;
    const about = Object.entries(this.#golden.object('files'));
    const isCalledSo = about.some(
      ([pattern, words]) => /reference/i.test(String(words)) && matches(`${stem}.png`, pattern),
    );
    return (
      isCalledSo ||
      this.#names.some((name) => name.startsWith(`${stem}.`) && derived.test(name.replace(/\.\w+$/, '')))
    );
  }

  /** The part that the notes say in words: `rows 100..123, cols 60..83 of ...`, both ends included. */
  #cropped(pixels: Tensor, name: string): Tensor | undefined {
    const words = String(this.#golden.object('notes')[name] ?? '');
    const [, top, bottom] = /rows (\d+)\.\.(\d+)/.exec(words)?.map(Number) ?? [];
    const [, left, right] = /cols (\d+)\.\.(\d+)/.exec(words)?.map(Number) ?? [];
    if (top === undefined || bottom === undefined || left === undefined || right === undefined)
      return undefined;
    return cropTensor(pixels, { left, top, width: right - left + 1, height: bottom - top + 1 });
  }
}

/** Whether a file is meant by a pattern such as `ref_*.png`. */
function matches(file: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^.]*')}$`).test(file);
}
