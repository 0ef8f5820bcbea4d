import type { KnownModel, NodeDefinition } from '../../nodes/contract/node.ts';
import { NodeError } from '../../nodes/contract/nodeError.ts';
import { SamplingError } from '../../models/sampling/samplingError.ts';
import type { WorkflowNode } from '../../workflows/schema/document.ts';

export interface Refusal {
  /** A sentence that does not name the node. */
  readonly message: string;
  /** The parameter concerned. */
  readonly port?: string;
}

/** Why a node says that its parameters do not go together; undefined for those that are wrong by themselves, too. */
export function refusalOf(
  definition: NodeDefinition | undefined,
  { params }: WorkflowNode,
  model: KnownModel,
): Refusal | undefined {
  const parsed = definition?.params.safeParse(params);
  if (!parsed?.success) return undefined;
  try {
    definition!.check?.(parsed.data, model);
    return undefined;
  } catch (error) {
    if (error instanceof NodeError)
      return { message: error.message, ...(error.port === undefined ? {} : { port: error.port }) };
    if (error instanceof SamplingError) return { message: error.message };
    throw error;
  }
}
