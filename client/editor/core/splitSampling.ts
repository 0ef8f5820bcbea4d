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

/**
 * Splits a sampler in two after a step: it stops there, and a copy of it goes on, with all that came from it. Until
 * something is changed, both together give what the one gave. Undefined when there is no such node.
 */
export function splitSampling(
  document: WorkflowDocument,
  { node, step, position }: { readonly node: string; readonly step: number; readonly position: Point },
): Split | undefined {
  const first = document.nodes.find(({ id }) => id === node);
  if (!first) return undefined;
  const id = freshId(first.type, usedIds(document));
  const second: WorkflowNode = {
    ...first,
    id,
    params: { ...first.params, start: 'latent' },
    position,
  };
  const into = document.links.filter((link) => link.to.node === node);
  const inputs = into
    .filter(({ to }) => to.port !== 'latent')
    .map((link): WorkflowLink => ({ ...link, to: { ...link.to, node: id } }));
  const handed = { from: { node, port: 'latent' }, to: { node: id, port: 'latent' } };
  const onwards = document.links.filter((link) => link.from.node === node);
  const commands: EditCommand[] = [
    // What was wired to the step to stop after goes with the copy.
    { kind: 'disconnect', links: into.filter(({ to }) => to.port === 'until').map(linkKey) },
    { kind: 'setParam', node, name: 'until', value: step },
    {
      kind: 'insert',
      fragment: { nodes: [second], links: [...inputs, handed], groups: [], notes: [] },
    },
    ...onwards.map(({ from, to }): EditCommand => ({
      kind: 'connect',
      from: { node: id, port: from.port },
      to,
    })),
  ];
  return { command: { kind: 'batch', commands }, id };
}
