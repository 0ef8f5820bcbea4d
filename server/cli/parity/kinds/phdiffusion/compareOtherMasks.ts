import { Graph } from '../../../../../models/graph/graph.ts';
import { openSession } from '../../../../../models/runtime/openSession.ts';
import { tensor, type Tensor } from '../../../../../models/tensor/tensor.ts';
import { styleBatch, type HarmonyPictures } from '../../../../../models/training/phdiffusion/harmonyBatch.ts';
import { styleTerms } from '../../../../../models/training/phdiffusion/styleTerms.ts';
import { compareLosses } from './compareLosses.ts';
import type { HarmonyCase } from './harmonyCase.ts';
import { otherMasks, type OtherMask } from './otherMasks.ts';

/** The three losses of the stored prediction with other masks. */
export async function compareOtherMasks(step: HarmonyCase): Promise<void> {
  const { golden, shape, pictures, networks, forward, models } = step;
  if (otherMasks(golden).length === 0) return;
  const graph = new Graph();
  const size = pictures.composite.shape;
  const predictedPixels = graph.input('predicted', size);
  const pixels = graph.input('pixels', size);
  const { terms } = await styleTerms(graph, networks, { ...shape, predictedPixels, pixels });
  const names = [...terms.keys()];
  for (const [name, { value }] of terms) graph.output(outputOf(name), value);
  const session = await openSession(graph, { device: models.device });
  const given = { predicted: await forward.get('pred_image'), pixels: pictures.composite };
  for (const other of otherMasks(golden)) {
    const mask = maskNamed(other.mask, pictures.mask);
    const batch = styleBatch(graph, { ...pictures, mask, offsets: offsetsOf(other, shape.rows) });
    const results = await session.run({ ...given, ...batch }, names.map(outputOf));
    const losses = names.map((name) => [name, results.get(outputOf(name))!.data[0]!] as const);
    compareLosses(step, other.mask, Object.fromEntries(losses));
  }
  await session.release();
}

/** There are inputs of the same names. */
const outputOf = (term: string): string => `loss/${term}`;

/** Drawn left then bottom, row by row, each as `[low, high, drawn]`. */
function offsetsOf(other: OtherMask, rows: number): HarmonyPictures['offsets'] {
  const draws = Object.entries(other).find(([name]) => name.startsWith('random_left'))?.[1] as number[][];
  const drawn = (at: number) => draws[at]![2]!;
  return Array.from({ length: rows }, (_, row) => ({ left: drawn(2 * row), bottom: drawn(2 * row + 1) }));
}

/** `zero`, `one`, or `single (pixel row 64, col 32)`. */
function maskNamed(name: string, { shape, data }: Tensor): Tensor {
  const [, row, column] = /row (\d+), col (\d+)/.exec(name) ?? [];
  const mask = tensor(shape, new Float32Array(data.length).fill(name === 'one' ? 1 : 0));
  if (row !== undefined) {
    const area = shape[2]! * shape[3]!;
    for (let at = Number(row) * shape[3]! + Number(column); at < data.length; at += area) mask.data[at] = 1;
  }
  return mask;
}
