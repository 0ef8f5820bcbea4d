import { commonTexts } from './en/commonTexts.ts';
import { drawingTexts } from './en/drawingTexts.ts';
import { helpTexts } from './en/helpTexts.ts';
import { inspectorTexts } from './en/inspectorTexts.ts';
import { modelsTexts } from './en/modelsTexts.ts';
import { panelsTexts } from './en/panelsTexts.ts';
import { picturesTexts } from './en/picturesTexts.ts';
import { runTexts } from './en/runTexts.ts';

/** Every word that a person reads outside of the canvas (those are in client/editor/editorTexts.ts). */
export const texts = {
  ...commonTexts,
  ...runTexts,
  ...panelsTexts,
  ...modelsTexts,
  ...inspectorTexts,
  ...picturesTexts,
  ...drawingTexts,
  ...helpTexts,
} as const;
