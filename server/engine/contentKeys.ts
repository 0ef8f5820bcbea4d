import { createHash } from 'node:crypto';
import type { NodeServices } from '../../nodes/contract/services.ts';
import { nodeParams, wiredParams } from './nodeParams.ts';
import type { PlannedNode } from './planRun.ts';

/** A node could not be identified: a file or a model is missing, or a parameter is bad. */
export class KeyError extends Error {
  readonly planned: PlannedNode;

  constructor(planned: PlannedNode, cause: unknown) {
    super('The node cannot be identified', { cause });
    this.planned = planned;
  }
}

/**
 * Names what every node will give, by content: type and version, parameters, the files and models they point to, and
 * the keys of its inputs. Equal keys mean equal results. Missing files and models come to light here, before
 * anything is computed. Expects sources before their users; throws KeyError.
 */
export async function contentKeys(
  order: readonly PlannedNode[],
  services: NodeServices,
): Promise<Map<PlannedNode, string>> {
  const keys = new Map<PlannedNode, string>();
  for (const planned of order) {
    const { node, definition, inputs } = planned;
    try {
      const wired = wiredParams(planned);
      const params = nodeParams(planned, Object.fromEntries(wired.map((name) => [name, undefined])));
      const content = definition.fingerprint ? await definition.fingerprint(params, services) : '';
      const sources = inputs
        .map(({ port, from, fromPort }) => `${port}=${keys.get(from)}.${fromPort}`)
        .sort();
      const identity = JSON.stringify([node.type, definition.version, params, content, sources]);
      keys.set(planned, createHash('sha256').update(identity).digest('hex'));
    } catch (error) {
      throw new KeyError(planned, error);
    }
  }
  return keys;
}
