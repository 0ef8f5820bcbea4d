import { adaptersFor, type NamedAdapter } from './adapterFit.ts';
import type { WorkflowDocument } from './document.ts';
import type { NodeDescription, ParameterDescription, PortType } from './nodeDescription.ts';

/** What a place asks of a model. */
export interface ModelNeed {
  /** What it may be for; anything when left out. */
  readonly roles?: readonly string[] | undefined;
  /** What others take out of it there: `UNet`, `text encoder`, ... */
  readonly parts: readonly string[];
  /** Those that steer its denoiser. */
  readonly adapters: readonly NamedAdapter[];
}

/** A node's parameter that names a model. */
export interface ModelUse {
  readonly node: string;
  readonly parameter: ParameterDescription;
  readonly name: string;
  readonly need: ModelNeed;
}

/** Parts of models by the type of port that hands them out. */
const partOfPort: Partial<Record<PortType, string>> = {
  denoiser: 'UNet',
  autoencoder: 'autoencoder',
  textEncoder: 'text encoder',
  visionEncoder: 'image encoder',
  vgg: 'VGG',
};

type Descriptions = ReadonlyMap<string, NodeDescription>;

/** Where a workflow names a model, by parameter or by its default. */
export function modelUses(document: WorkflowDocument, descriptions: Descriptions): ModelUse[] {
  return document.nodes.flatMap(({ id: node, type, params }) =>
    (descriptions.get(type)?.parameters ?? []).flatMap((parameter) => {
      const name = params[parameter.name] ?? parameter.default;
      if (parameter.control !== 'model' || typeof name !== 'string' || name === '') return [];
      const need = modelNeed(document, { node, parameter }, descriptions);
      return [{ node, parameter, name, need }];
    }),
  );
}

/** What the workflow asks of the model at one place. */
export function modelNeed(
  document: WorkflowDocument,
  { node, parameter }: Pick<ModelUse, 'node' | 'parameter'>,
  descriptions: Descriptions,
): ModelNeed {
  return {
    roles: parameter.roles,
    parts: partsTaken(document, node, descriptions),
    adapters: adaptersFor(document, node, descriptions),
  };
}

/** Which parts of its model other nodes take from a node. */
function partsTaken(document: WorkflowDocument, node: string, descriptions: Descriptions): string[] {
  const type = document.nodes.find(({ id }) => id === node)?.type ?? '';
  const linked = new Set(
    document.links.filter(({ from }) => from.node === node).map(({ from }) => from.port),
  );
  const outputs = descriptions.get(type)?.outputs ?? [];
  return outputs.filter(({ name }) => linked.has(name)).flatMap(({ type: port }) => partOfPort[port] ?? []);
}
