import type { Graph } from '../../graph/graph.ts';
import { addNoise } from '../../sampling/addNoise.ts';
import type { ddpmTables } from '../../sampling/ddpmTables.ts';
import { resizeNearest } from '../../tensor/resizeNearest.ts';
import { rowOf } from '../../tensor/rowOf.ts';
import { stackRows } from '../../tensor/stackRows.ts';
import { tensor, type Tensor } from '../../tensor/tensor.ts';
import { anchorWindow, movedWindow, windowMask } from './contrastiveWindow.ts';

/** What the losses that look at pictures are shown: pictures `[B, 3, H, W]` in [-1, 1], a mask `[B, 1, H, W]` in [0, 1]. */
export interface HarmonyPictures {
  /** The object in the painting. */
  readonly composite: Tensor;
  readonly mask: Tensor;
  readonly style: Tensor;
  /** Paintings of other styles, `[B * n, 3, H, W]`. */
  readonly others: Tensor;
  /** Of each row: where the contrastive loss looks in the paintings (see keyOffsets). */
  readonly offsets: readonly { readonly left: number; readonly bottom: number }[];
}

/** The latent half of a step. */
export interface HarmonyLatents {
  /** Of the composite, scaled, and the noise that it gets: `[B, 4, h, w]`. */
  readonly clean: Tensor;
  readonly noise: Tensor;
  /** One for each row. */
  readonly timesteps: Float32Array;
  /** `[B, tokens, dim]` */
  readonly context: Tensor;
  readonly tables: ReturnType<typeof ddpmTables>;
}

/** All that a step of PHDiffusion's training looks at: what the graph of harmonyTraining is fed. */
export function harmonyBatch(
  graph: Graph,
  pictures: HarmonyPictures,
  { clean, noise, timesteps, context, tables }: HarmonyLatents,
): Record<string, Tensor> {
  const rows = timesteps.length;
  const noised = Array.from(timesteps, (timestep, row) => {
    const alpha = tables.alphas_cumprod[timestep]!;
    return addNoise({ clean: rowOf(clean, row), noise: rowOf(noise, row), alpha });
  });
  const perRow = (table: Float32Array): Tensor =>
    tensor(
      [rows, 1, 1, 1],
      timesteps.map((timestep) => table[timestep]!),
    );
  return {
    pixels: pictures.composite,
    mask: pictures.mask,
    latent: stackRows(noised),
    noise,
    timesteps: tensor([rows], timesteps),
    context,
    inverse_signal: perRow(tables.sqrt_recip_alphas_cumprod),
    inverse_noise: perRow(tables.sqrt_recipm1_alphas_cumprod),
    ...resizedMasks(graph, /^mask\.\d+$/, pictures.mask),
    ...styleBatch(graph, pictures),
  };
}

/** The part of it that styleTerms asks for. */
export function styleBatch(
  graph: Graph,
  { mask, style, others, offsets }: Omit<HarmonyPictures, 'composite'>,
): Record<string, Tensor> {
  const [height, width] = sizeOf(graph, 'anchor_window');
  const small = resizeNearest(mask, height, width);
  const anchors = offsets.map((_, row) => anchorWindow(rowOf(small, row)));
  const keys = anchors.map((anchor, row) => windowMask(movedWindow(anchor, offsets[row]!), height, width));
  const n = others.shape[0]! / anchors.length;
  return {
    style,
    others,
    ...resizedMasks(graph, /^style_mask\.\d+$/, mask),
    anchor_window: stackRows(anchors.map((anchor) => windowMask(anchor, height, width))),
    key_window: stackRows(keys),
    others_window: stackRows(keys.flatMap((key) => Array<Tensor>(n).fill(key))),
  };
}

/** The mask at the size of every input of that name. */
function resizedMasks(graph: Graph, pattern: RegExp, mask: Tensor): Record<string, Tensor> {
  const names = [...graph.inputs.keys()].filter((name) => pattern.test(name));
  return Object.fromEntries(names.map((name) => [name, resizeNearest(mask, ...sizeOf(graph, name))]));
}

function sizeOf(graph: Graph, input: string): [height: number, width: number] {
  const value = graph.inputs.get(input)!;
  return [value.size(2), value.size(3)];
}
