import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../../../models/catalog/openModel.ts';
import { noTextEncoder } from '../../../models/text/noTextEncoder.ts';
import { decodePicture } from '../../../models/image/decodePicture.ts';
import type { Picture } from '../../../models/image/picture.ts';
import { SessionPool } from '../../../models/runtime/sessionPool.ts';
import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { loadTemplate, pictureOf, startEngine } from '../../helpers/startEngine.ts';

const builtinFolder = 'models/builtin';
const STEPS = 20;
let folder: string;
let engine: ReturnType<typeof startEngine>;
let photo: Picture;
let painting: Picture;
let styled: Picture;
let recoloured: Picture;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'impasto-builtin-'));
  engine = startEngine({ dataFolder: folder, builtinFolder });
  const styleid = await loadTemplate('styleid', { 'steps.value': STEPS });
  styled = await paint(styleid);
  recoloured = await paint(withoutSwap(styleid));
  photo = await paint(savingOf(styleid, 'content-resize'));
  painting = await paint(savingOf(styleid, 'style-resize'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function paint(document: WorkflowDocument, name = 'result'): Promise<Picture> {
  const told = await engine.run(document, false);
  expect(told.finished).toMatchObject({ state: 'done' });
  return (await decodePicture(pictureOf(told, name).bytes)).picture;
}

/** The template with one link led from elsewhere. */
function relinked(document: WorkflowDocument, to: string, from: { node: string; port: string }) {
  const links = document.links.map((link) =>
    `${link.to.node}.${link.to.port}` === to ? { ...link, from } : link,
  );
  return { ...document, links };
}
const withoutSwap = (document: WorkflowDocument) =>
  relinked(document, 'sample.denoiser', { node: 'model', port: 'denoiser' });
const savingOf = (document: WorkflowDocument, node: string) =>
  relinked(document, 'result.image', { node, port: 'image' });

/** Brightness from 0 to 255, row by row. */
function brightness({ data }: Picture): number[] {
  return Array.from({ length: data.length / 3 }, (_, at) => {
    const [r, g, b] = data.subarray(3 * at, 3 * at + 3);
    return 0.299 * r! + 0.587 * g! + 0.114 * b!;
  });
}
/** Brightness of blocks of 8 x 8 pixels: what a picture shows, without its brushwork. */
function blocks(picture: Picture): number[] {
  const across = picture.width / 8;
  const sums = Array<number>(across * (picture.height / 8)).fill(0);
  brightness(picture).forEach((value, at) => {
    const [x, y] = [at % picture.width, Math.floor(at / picture.width)];
    sums[Math.floor(y / 8) * across + Math.floor(x / 8)]! += value / 64;
  });
  return sums;
}
/** Mean contrast between neighbouring pixels, of the smoother half of the places: brushwork rather than outlines. */
function grain(picture: Picture): number {
  const values = brightness(picture);
  const steps = values
    .flatMap((value, at) => ((at + 1) % picture.width === 0 ? [] : [Math.abs(value - values[at + 1]!)]))
    .sort((a, b) => a - b);
  const smoother = steps.slice(0, steps.length / 2);
  return smoother.reduce((sum, step) => sum + step, 0) / smoother.length;
}
/** Mean of red, green and blue. */
function meanColour({ data }: Picture): number[] {
  const sums = [0, 0, 0];
  data.forEach((value, at) => (sums[at % 3]! += value / (data.length / 3)));
  return sums;
}
/** Root mean square difference. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const squares = Array.from(a, (value, at) => (value - b[at]!) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = (p: readonly number[], mp: number, q: readonly number[], mq: number) =>
    p.reduce((sum, value, at) => sum + (value - mp) * (q[at]! - mq), 0);
  return covariance(a, ma, b, mb) / Math.sqrt(covariance(a, ma, a, ma) * covariance(b, mb, b, mb));
}

describe('StyleID with the built-in model, on the first screen’s pictures', () => {
  it('takes on the painting’s colours', () => {
    const [before, after] = [photo, styled].map((picture) =>
      difference(meanColour(picture), meanColour(painting)),
    );
    expect(after).toBeLessThan(before! / 2);
  });

  it('takes on brushwork, from the keys and values', () => {
    expect(grain(styled)).toBeGreaterThan(grain(photo) + (grain(painting) - grain(photo)) / 3);
    expect(grain(styled)).toBeGreaterThan(1.5 * grain(recoloured));
    expect(difference(styled.data, recoloured.data)).toBeGreaterThan(20);
  });

  it('still shows what the photo shows', () => {
    expect(correlation(blocks(styled), blocks(photo))).toBeGreaterThan(0.6);
  });
});

describe('the other templates with the built-in model', () => {
  const painted = async (name: string) => paint(await loadTemplate(name, { 'steps.value': STEPS }), name);

  it('brings a picture back that it inverted', async () => {
    expect(difference((await painted('reconstruction')).data, photo.data)).toBeLessThan(15);
  });

  it('makes a picture out of a noised one', async () => {
    const variation = await painted('variation');
    expect(correlation(blocks(variation), blocks(photo))).toBeGreaterThan(0.6);
    expect(grain(variation)).toBeLessThan(1.2 * grain(painting));
  });
});

it('says that the built-in model takes no prompts', async () => {
  const pool = new SessionPool({ budgetBytes: 1e9 });
  const { text = noTextEncoder } = await openModel(join(builtinFolder, 'model'), { pool, device: 'cpu' });
  await expect(text.encode('a boat')).rejects.toThrow('This model has no text encoder');
});
