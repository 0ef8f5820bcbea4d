import type { WorkflowDocument, WorkflowNode } from '../../workflows/schema/document.ts';
import { modelBehind } from '../../workflows/schema/modelBehind.ts';
import type { Problem } from '../../workflows/schema/problem.ts';
import type { Library } from './library.ts';

/**
 * Parameters of the run's nodes that do not go together. Where one of them is wired, its value is not known yet, and the
 * node says it when its turn comes.
 */
export async function refusedParameters(
  document: WorkflowDocument,
  required: ReadonlySet<string>,
  library: Library,
): Promise<Problem[]> {
  const { nodes, links } = document;
  const models = await library.models();
  const isWired = ({ id, type }: WorkflowNode): boolean => {
    const parameters = new Set(library.nodes.get(type)?.parameters.map(({ name }) => name));
    return links.some(({ to }) => to.node === id && parameters.has(to.port));
  };
  /** Of the model that makes the denoiser which comes in. */
  const trainSteps = ({ id, type }: WorkflowNode): number | undefined => {
    const input = library.nodes.get(type)?.inputs.find((port) => port.type === 'denoiser');
    const scope = { document, descriptions: library.nodes };
    const model = input && modelBehind(scope, { node: id, port: input.name });
    return models.find(({ name }) => name === model)?.trainSteps;
  };
  return nodes.flatMap((node) => {
    if (!required.has(node.id) || isWired(node)) return [];
    const refusal = library.refusal(node, { trainSteps: trainSteps(node) });
    if (!refusal) return [];
    const { message, ...port } = refusal;
    const title = library.nodes.get(node.type)?.title ?? node.type;
    return [{ code: 'bad-parameter', message: `${title} (${node.id}): ${message}`, node: node.id, ...port }];
  });
}
