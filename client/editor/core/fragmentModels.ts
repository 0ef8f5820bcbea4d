import type { WorkflowDocument, WorkflowNode } from '../../../workflows/schema/document.ts';
import { fillModelTable } from '../../../workflows/schema/fillModelTable.ts';
import { MOST_MODELS, referenceOf, type ModelTable } from '../../../workflows/schema/modelReference.ts';
import { modelUses } from '../../../workflows/schema/modelUses.ts';
import type { NodeDescription } from '../../../workflows/schema/nodeDescription.ts';
import type { PresentModel } from '../../../workflows/schema/resolveModel.ts';
import type { Fragment } from './editCommand.ts';

/** A workflow, and what is known about its nodes and models. */
export interface ModelScope {
  readonly document: WorkflowDocument;
  readonly descriptions: ReadonlyMap<string, NodeDescription>;
  readonly models: readonly PresentModel[];
}

/** The fragment with what identifies the models that its nodes name, so that they are the same ones elsewhere. */
export function withModels(fragment: Fragment, { document, descriptions, models }: ModelScope): Fragment {
  const part = { ...document, nodes: [...fragment.nodes] };
  const table = fillModelTable(part, descriptions, models).models;
  return table ? { ...fragment, models: table } : fragment;
}

/**
 * The fragment as it fits into a workflow: with those models that are new to it. What the workflow says of a name
 * stands; where the fragment means another content by it, its nodes get another name, found by content.
 */
export function settleModels(fragment: Fragment, scope: ModelScope): Fragment {
  const { models: brought = {}, ...rest } = fragment;
  const known = fillModelTable(scope.document, scope.descriptions, scope.models);
  const used = new Set(modelUses(scope.document, scope.descriptions).map(({ name }) => name));
  const hashOf = (name: string): string | undefined => referenceOf(known, name)?.hash;
  const table: ModelTable = {};
  const names = new Map<string, string>();
  for (const [name, reference] of Object.entries(brought)) {
    const { hash } = reference;
    const own = used.has(name) ? hashOf(name) : undefined;
    const isOther = own !== undefined && hash !== undefined && own !== hash;
    const same = isOther ? [...used].find((candidate) => hashOf(candidate) === hash) : undefined;
    const settled = same ?? (isOther ? freeName(name, used) : name);
    names.set(name, settled);
    if (!used.has(settled) && used.size < MOST_MODELS) table[settled] = reference;
    used.add(settled);
  }
  const nodes = renameModels(fragment.nodes, names, scope);
  return { ...rest, nodes, ...(Object.keys(table).length > 0 && { models: table }) };
}

function freeName(name: string, used: ReadonlySet<string>): string {
  for (let count = 2; ; count++) {
    const free = `${name.slice(0, 300)} (${count})`;
    if (!used.has(free)) return free;
  }
}

function renameModels(
  nodes: readonly WorkflowNode[],
  names: ReadonlyMap<string, string>,
  { document, descriptions }: ModelScope,
): WorkflowNode[] {
  const uses = modelUses({ ...document, nodes: [...nodes] }, descriptions);
  return nodes.map((node) => {
    const renamed = uses
      .filter((use) => use.node === node.id && (names.get(use.name) ?? use.name) !== use.name)
      .map(({ parameter, name }) => [parameter.name, names.get(name)!]);
    return renamed.length > 0
      ? { ...node, params: { ...node.params, ...Object.fromEntries(renamed) } }
      : node;
  });
}
