import type { WorkflowDocument } from './document.ts';
import { MOST_MODELS, type ModelReference, type ModelTable, referenceOf } from './modelReference.ts';
import { modelUses } from './modelUses.ts';
import type { NodeDescription } from './nodeDescription.ts';
import { type PresentModel, resolveModel } from './resolveModel.ts';

/**
 * The workflow with what can be said of the models that it names: of those that are here as they are, else what was said
 * before. Nothing of models that it no longer names, nor of those that come with the program.
 */
export function fillModelTable(
  document: WorkflowDocument,
  descriptions: ReadonlyMap<string, NodeDescription>,
  models: readonly PresentModel[],
): WorkflowDocument {
  const table: ModelTable = {};
  for (const { name } of modelUses(document, descriptions)) {
    const before = referenceOf(document, name);
    const model = models.find((candidate) => candidate.name === name);
    if (model?.builtin) continue;
    const isHere = model && resolveModel(name, before, models).kind === 'here';
    const reference = isHere ? describe(model, before) : before;
    if (reference && Object.keys(table).length < MOST_MODELS) table[name] = reference;
  }
  const { models: _, ...rest } = document;
  return Object.keys(table).length > 0 ? { ...rest, models: table } : rest;
}

/** What a workflow keeps of a model that is here. */
function describe(model: PresentModel, before: ModelReference = {}): ModelReference {
  const { title, bytes, role = before.role, hash } = model;
  const catalogue = [
    ...new Set([...(model.catalogue ? [model.catalogue] : []), ...(before.catalogue ?? [])]),
  ];
  return {
    ...(role === undefined ? {} : { role }),
    title: title.slice(0, 200),
    ...(hash ? { hash } : {}),
    bytes,
    ...(catalogue.length > 0 ? { catalogue: catalogue.slice(0, 20) } : {}),
  };
}
