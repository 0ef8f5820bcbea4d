import { referenceUrl } from '../connection/pictureUrls.ts';
import type { RunView } from '../connection/runView.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';

/** A picture that comes in at a port, as far as the editor knows it. */
export interface InputPicture {
  readonly url: string;
  /** `alpha`: the mask is how opaque that picture is; otherwise what it shows in greys. */
  readonly part: 'colours' | 'alpha';
  /** Something before it was changed since it was made. */
  readonly stale: boolean;
}

/** `unwired`: nothing comes in; `unseen`: only a run will show what. */
export type InputState = InputPicture | 'unwired' | 'unseen';

export interface InputPlace {
  readonly node: string;
  readonly port: string;
}

/**
 * What comes in at a port: the file of a Load Image, otherwise what this node, or another that takes the same, showed of
 * its inputs (in the slot `input.PORT`) in the run that is looked at.
 */
export function inputPicture(
  { document, run }: { readonly document: WorkflowDocument; readonly run: RunView | null },
  { node, port }: InputPlace,
): InputState {
  const link = document.links.find(({ to }) => to.node === node && to.port === port);
  if (!link) return 'unwired';
  const source = document.nodes.find(({ id }) => id === link.from.node);
  if (source?.type === 'image/load') {
    const { image } = source.params;
    if (typeof image !== 'string' || image === '') return 'unseen';
    return { url: referenceUrl(image), part: link.from.port === 'mask' ? 'alpha' : 'colours', stale: false };
  }
  const url = shownInput({ document, run }, link.from);
  if (url === undefined) return 'unseen';
  return { url, part: 'colours', stale: wasEdited({ document, run }, link.from.node) };
}

/** What any node that takes from an output showed of it. */
function shownInput(
  { document, run }: { readonly document: WorkflowDocument; readonly run: RunView | null },
  from: InputPlace,
): string | undefined {
  const alike = document.links.filter((link) => link.from.node === from.node && link.from.port === from.port);
  const urls = alike.map(({ to }) => run?.nodes[to.node]?.pictures[`input.${to.port}`]);
  return urls.find((url) => url !== undefined);
}

/** Whether a node, or one that it takes from, is another than in the run. */
function wasEdited(
  { document, run }: { readonly document: WorkflowDocument; readonly run: RunView | null },
  last: string,
): boolean {
  const seen = new Set([last]);
  for (const id of seen) {
    if (run?.nodes[id]?.state === undefined) return true;
    for (const { from, to } of document.links) if (to.node === id) seen.add(from.node);
  }
  return false;
}
