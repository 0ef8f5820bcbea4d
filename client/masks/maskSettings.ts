import { z } from 'zod';
import { DRAWING_LIMITS } from '../../drawing/strokes.ts';
import { rememberedState } from '../workbench/rememberedState.ts';

export const maskTools = ['brush', 'eraser', 'polygon', 'lasso', 'fill'] as const;
export type MaskTool = (typeof maskTools)[number];

/** Of the brush, across, in picture pixels. */
export const brushSizes = { min: 1, max: DRAWING_LIMITS.radius * 2 } as const;

const distance = z.int().min(1).max(DRAWING_LIMITS.distance);
const schema = z.object({
  tool: z.enum(maskTools),
  size: z.number().min(brushSizes.min).max(brushSizes.max),
  hardness: z.number().min(0).max(1),
  /** Whether polygon, lasso and fill give up what they cover. */
  erases: z.boolean(),
  /** What grow, shrink and feather take. */
  grow: distance,
  feather: distance,
  view: z.enum(['tint', 'mask']),
  tint: z.string().regex(/^#[0-9a-f]{6}$/),
});
export type MaskSettings = z.infer<typeof schema>;

/** How one draws; remembered. */
export function createMaskSettings(): MaskSettings {
  return rememberedState('impasto.mask', schema, {
    tool: 'brush',
    size: 40,
    hardness: 0.8,
    erases: false,
    grow: 4,
    feather: 8,
    view: 'tint',
    tint: '#ff00aa',
  });
}

/** The next brush size up or down, by about a quarter. */
export function nextBrushSize(size: number, way: 1 | -1): number {
  const next = way > 0 ? Math.max(size + 1, size * 1.25) : Math.min(size - 1, size / 1.25);
  return Math.min(brushSizes.max, Math.max(brushSizes.min, Math.round(next)));
}
