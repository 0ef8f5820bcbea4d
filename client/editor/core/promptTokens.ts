import { MOST_PROMPT, type CountTokens } from '../../../server/protocol/tokens.ts';
import type { ParameterDescription } from '../../../workflows/schema/nodeDescription.ts';
import { modelBehind, type DescribedWorkflow } from '../../../workflows/schema/modelBehind.ts';
import { textBehind } from './textBehind.ts';

/**
 * What to ask about the length of a node's prompt: as it is written there, or at the other end of its link. Undefined
 * when it is made by a node that has to run first, or is longer than any may be.
 */
export function promptTokens(
  scope: DescribedWorkflow,
  id: string,
  parameter: ParameterDescription,
): CountTokens | undefined {
  const { encoder, long } = parameter.tokens!;
  const { document, descriptions } = scope;
  const node = document.nodes.find((candidate) => candidate.id === id);
  const parameters = descriptions.get(node?.type ?? '')?.parameters ?? [];
  const valueOf = (name: string): unknown =>
    node?.params[name] ?? parameters.find((candidate) => candidate.name === name)?.default;
  const end = { node: id, port: parameter.name };
  const isWired = document.links.some(({ to }) => to.node === id && to.port === end.port);
  const prompt = isWired ? textBehind(scope, end) : String(valueOf(parameter.name) ?? '');
  if (prompt === undefined || prompt.length > MOST_PROMPT) return undefined;
  const model = modelBehind(scope, { node: id, port: encoder });
  return {
    prompt,
    long: valueOf(long) === 'cut' ? 'cut' : 'pieces',
    ...(model === undefined ? {} : { model }),
  };
}
