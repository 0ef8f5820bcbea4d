import type { WorkflowNode } from '../../../workflows/schema/document.ts';
import type { CatalogueEntry } from './nodeCatalogue.ts';
import type { Size } from './rect.ts';

const PLAIN_WIDTH = 240;
const PICTURE_WIDTH = 288;

/** Width of a node that nobody has resized. */
export function defaultWidth(entry: CatalogueEntry | undefined): number {
  const { showsPictures = false, reportsSteps = false } = entry?.description ?? {};
  return showsPictures || reportsSteps ? PICTURE_WIDTH : PLAIN_WIDTH;
}

/** A node's size before it has been seen: the view measures the real one. */
export function estimateSize(node: WorkflowNode, entry: CatalogueEntry | undefined): Size {
  const width = node.width ?? defaultWidth(entry);
  if (!entry || node.collapsed) return { width, height: 40 };
  const { description } = entry;
  const ports = Math.max(description.inputs.length, description.outputs.length);
  const shown = description.parameters.filter((parameter) => !parameter.advanced);
  const texts = shown.filter((parameter) => parameter.control === 'multiline');
  const more = shown.length < description.parameters.length ? 26 : 0;
  const picture = description.showsPictures || description.reportsSteps ? width * 0.75 : 0;
  const rows = ports * 24 + shown.length * 32 + texts.length * 66 + more;
  return { width, height: 52 + rows + picture };
}
