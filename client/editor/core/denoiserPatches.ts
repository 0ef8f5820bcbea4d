import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import type { NodeDescription } from '../../../workflows/schema/nodeDescription.ts';

type Descriptions = ReadonlyMap<string, NodeDescription>;

/** The nodes that patch a sampler's denoiser, in the order in which they do: each takes one and gives one. */
export function denoiserPatches(
  document: WorkflowDocument,
  sampler: string,
  descriptions: Descriptions,
): string[] {
  const patches: string[] = [];
  for (let id = sourceOf(sampler); id !== undefined; id = sourceOf(id)) {
    const seen = id === sampler || patches.includes(id);
    if (seen || sourceOf(id) === undefined) break;
    patches.unshift(id);
  }
  return patches;

  /** What hands a node its denoiser; undefined for what loads one. */
  function sourceOf(node: string): string | undefined {
    const type = document.nodes.find(({ id }) => id === node)?.type ?? '';
    const inputs = descriptions.get(type)?.inputs.filter((input) => input.type === 'denoiser') ?? [];
    return document.links.find(({ to }) => to.node === node && inputs.some(({ name }) => name === to.port))
      ?.from.node;
  }
}
