import type { WorkflowDocument, WorkflowLink, WorkflowNode } from '../../../workflows/schema/document.ts';
import type { NodeDescription } from '../../../workflows/schema/nodeDescription.ts';
import type { EditCommand } from './editCommand.ts';
import { freshId, usedIds } from './freshId.ts';
import { linkKey } from './itemIds.ts';
import type { Point } from './rect.ts';

/** Whether a node can stop after a step, and another one of its kind go on from there. */
export function canContinue(description: NodeDescription | undefined): boolean {
  const parameter = (name: string) => description?.parameters.find((one) => one.name === name);
  const start = parameter('start');
  const goesOn = start?.choices?.some(({ value }) => value === 'latent') ?? false;
  return goesOn && parameter('until') !== undefined;
}

export interface Split {
  readonly command: EditCommand;
  /** Of the node that goes on. */
  readonly id: string;
}

/** Where to split, and what goes on from there. */
export interface SplitPlace {
  readonly node: string;
  readonly step: number;
  /** Nodes that patch its denoiser (denoiserPatches): the copy gets its own, so that it can be told other things. */
  readonly patches: readonly string[];
  /** Where the copy of a node is put. */
  readonly place: (original: string) => Point;
}

/**
 * Splits a sampler in two after a step: it stops there, and a copy of it goes on, with all that came from it. Until
 * something is changed, both together give what the one gave. Undefined when there is no such node.
 */
export function splitSampling(
  document: WorkflowDocument,
  { node, step, patches, place }: SplitPlace,
): Split | undefined {
  const { nodes, links } = document;
  if (!nodes.some(({ id }) => id === node)) return undefined;
  const ids = copyIds(document, [...patches, node]);
  const id = ids.get(node)!;
  const copies = nodes
    .filter((original) => ids.has(original.id))
    .map((original): WorkflowNode => ({
      ...original,
      id: ids.get(original.id)!,
      ...(original.id === node ? { params: { ...original.params, start: 'latent' } } : {}),
      position: place(original.id),
    }));
  const handed = { from: { node, port: 'latent' }, to: { node: id, port: 'latent' } };
  const untilLinks = links.filter(({ to }) => to.node === node && to.port === 'until');
  const commands: EditCommand[] = [
    // What was wired to the step to stop after goes with the copy.
    { kind: 'disconnect', links: untilLinks.map(linkKey) },
    { kind: 'setParam', node, name: 'until', value: step },
    {
      kind: 'insert',
      fragment: {
        nodes: copies,
        links: [...copiedLinks(document, node, ids), handed],
        groups: [],
        notes: [],
      },
    },
    ...links
      .filter(({ from }) => from.node === node)
      .map(({ from, to }): EditCommand => ({ kind: 'connect', from: { node: id, port: from.port }, to })),
  ];
  return { command: { kind: 'batch', commands }, id };
}

function copyIds(document: WorkflowDocument, originals: readonly string[]): Map<string, string> {
  const used = usedIds(document);
  const present = document.nodes.filter(({ id }) => originals.includes(id));
  return new Map(present.map(({ id }) => [id, freshId(id, used)]));
}

/** What comes in at the copies: from where it came in before, or from the copy of that. */
function copiedLinks(
  { links }: WorkflowDocument,
  sampler: string,
  ids: ReadonlyMap<string, string>,
): WorkflowLink[] {
  return links.flatMap(({ from, to }) => {
    const copy = ids.get(to.node);
    if (copy === undefined || (to.node === sampler && to.port === 'latent')) return [];
    const source = from.node === sampler ? from.node : (ids.get(from.node) ?? from.node);
    return [{ from: { ...from, node: source }, to: { ...to, node: copy } }];
  });
}
