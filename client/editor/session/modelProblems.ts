import type { WorkflowDocument } from '../../../workflows/schema/document.ts';
import { modelProblem } from '../../../workflows/schema/modelProblem.ts';
import { modelUses } from '../../../workflows/schema/modelUses.ts';
import type { NodeDescription } from '../../../workflows/schema/nodeDescription.ts';
import type { Problem } from '../../../workflows/schema/problem.ts';
import { requiredNodes } from '../../../workflows/schema/requiredNodes.ts';
import type { PresentModel } from '../../../workflows/schema/resolveModel.ts';
import { editorTexts } from '../editorTexts.ts';

const words = { get: () => editorTexts.modelGet, settle: editorTexts.modelSettle };

/** What keeps the nodes that take part in a run from using their models; of all nodes while nothing has an effect. */
export function modelProblems(
  document: WorkflowDocument,
  {
    descriptions,
    models,
  }: {
    readonly descriptions: ReadonlyMap<string, NodeDescription>;
    readonly models: readonly PresentModel[];
  },
): Problem[] {
  // Not even the built-in one: nobody knows yet.
  if (models.length === 0) return [];
  const required = requiredNodes(
    document,
    document.links,
    ({ type }) => descriptions.get(type)?.isOutput ?? false,
  );
  return modelUses(document, descriptions).flatMap((use) => {
    if (required.size > 0 && !required.has(use.node)) return [];
    return modelProblem(use, { document, models, words }) ?? [];
  });
}
