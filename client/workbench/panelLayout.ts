import { z } from 'zod';
import { rememberedState } from './rememberedState.ts';

export const drawerNames = ['add', 'workflows', 'models', 'runs'] as const;
export type DrawerName = (typeof drawerNames)[number];

/** Sizes in CSS pixels: `[smallest, largest]`. */
export const panelLimits = {
  drawer: [220, 480],
  inspector: [240, 520],
  filmstrip: [150, 560],
} as const satisfies Record<string, readonly [number, number]>;

const schema = z.object({
  drawer: z.enum(drawerNames).nullable(),
  inspectorOpen: z.boolean(),
  filmstripOpen: z.boolean(),
  sizes: z.object({
    drawer: z.number().min(220).max(480),
    inspector: z.number().min(240).max(520),
    filmstrip: z.number().min(150).max(560),
  }),
});
export type PanelLayout = z.infer<typeof schema>;

/** Which panels are open and how large they are; remembered. */
export function createPanelLayout(): PanelLayout {
  const roomy = window.innerWidth >= 1600;
  return rememberedState('impasto.panels', schema, {
    drawer: null,
    // On a small screen the workflow needs the room more.
    inspectorOpen: window.innerWidth >= 1200,
    filmstripOpen: true,
    sizes: {
      drawer: roomy ? 320 : 240,
      inspector: roomy ? 340 : 256,
      filmstrip: window.innerHeight >= 900 ? 296 : 176,
    },
  });
}
