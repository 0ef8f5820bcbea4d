import type { WorkflowDocument } from './document.ts';
import { type ModelReference, referenceOf } from './modelReference.ts';
import type { NodeDescription, PortType } from './nodeDescription.ts';
import { type PresentModel, resolveModel } from './resolveModel.ts';

type Descriptions = ReadonlyMap<string, NodeDescription>;

/** An adapter that steers a denoiser, as the workflow names it. */
export interface NamedAdapter {
  readonly name: string;
  readonly reference: ModelReference | undefined;
}

/** Channels at the levels of Stable Diffusion 1.x, which every published adapter is made for. */
const PUBLISHED = [320, 640, 1280, 1280] as const;

/** The adapters whose features join, in DEF, the denoiser that comes out of a node. */
export function adaptersFor(
  document: WorkflowDocument,
  node: string,
  descriptions: Descriptions,
): NamedAdapter[] {
  const found = new Map<string, NamedAdapter>();
  for (const patched of patchedBy(node)) {
    for (const encoder of sourcesOf(patched, 'features')) {
      for (const loader of sourcesOf(encoder, 'adapter')) {
        for (const name of modelsOf(loader))
          found.set(name, { name, reference: referenceOf(document, name) });
      }
    }
  }
  return [...found.values()];

  function descriptionOf(id: string): NodeDescription | undefined {
    return descriptions.get(document.nodes.find((each) => each.id === id)?.type ?? '');
  }
  /** Every node that a denoiser of `start` goes into, patched or not. */
  function patchedBy(start: string): Set<string> {
    const reached = new Set<string>();
    const queue = [start];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const outputs = new Set(portsOf(descriptionOf(id)?.outputs, 'denoiser'));
      for (const { from, to } of document.links) {
        if (from.node !== id || !outputs.has(from.port) || reached.has(to.node)) continue;
        reached.add(to.node);
        queue.push(to.node);
      }
    }
    return reached;
  }
  /** Nodes that hand `id` something of a type. */
  function sourcesOf(id: string, type: PortType): string[] {
    const inputs = new Set(portsOf(descriptionOf(id)?.inputs, type));
    return document.links
      .filter(({ to }) => to.node === id && inputs.has(to.port))
      .map(({ from }) => from.node);
  }
  function modelsOf(id: string): string[] {
    const params = document.nodes.find((each) => each.id === id)?.params ?? {};
    return (descriptionOf(id)?.parameters ?? []).flatMap(({ control, name }) => {
      const value = params[name];
      return control === 'model' && typeof value === 'string' && value !== '' ? [value] : [];
    });
  }
}

function portsOf(ports: NodeDescription['inputs'] | undefined, type: PortType): string[] {
  return (ports ?? []).filter((port) => port.type === type).map(({ name }) => name);
}

/**
 * The levels that a denoiser would have to have, where it lacks them, for an adapter to steer it. Of an adapter that is
 * not here: those of the published ones, or of one that could be taken instead. Undefined when it fits or nobody knows.
 */
export function adapterMisfit(
  { levels }: Pick<PresentModel, 'levels'>,
  adapters: readonly NamedAdapter[],
  models: readonly PresentModel[],
): { readonly adapter: string; readonly expected: readonly number[] } | undefined {
  if (!levels) return undefined;
  for (const { name, reference } of adapters) {
    const resolution = resolveModel(name, reference, models);
    const used = 'name' in resolution ? models.find((model) => model.name === resolution.name) : undefined;
    const others = models.filter(({ role, missing }) => role === 'adapter' && !missing);
    const possible = used ? [used.levels] : [PUBLISHED, ...others.map((model) => model.levels)];
    const known = possible.filter((each) => each !== undefined);
    if (known[0] && known.every((each) => each.join() !== levels.join())) {
      return { adapter: used?.title ?? reference?.title ?? name, expected: known[0] };
    }
  }
  return undefined;
}
