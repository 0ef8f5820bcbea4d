import type { WorkflowDocument } from './document.ts';
import type { PresentModel } from './resolveModel.ts';

/**
 * The workflow with the hashes that have become known of models that it describes without one; the same object when
 * there are none. A model of another size is not the one that was described.
 */
export function addHashes(document: WorkflowDocument, models: readonly PresentModel[]): WorkflowDocument {
  const found = Object.entries(document.models ?? {}).flatMap(([name, reference]) => {
    const hash = models.find((model) => model.name === name && model.bytes === reference.bytes)?.hash;
    return reference.hash === undefined && hash ? [[name, { ...reference, hash }] as const] : [];
  });
  if (found.length === 0) return document;
  return { ...document, models: { ...document.models, ...Object.fromEntries(found) } };
}
