import type { WorkflowDocument } from './document.ts';
import type { NodeDescription } from './nodeDescription.ts';

export interface SeedRoll {
  readonly descriptions: ReadonlyMap<string, NodeDescription>;
  /** Parameters that were asked for (`node.param`): they stay. */
  readonly kept: ReadonlySet<string>;
  /** A new seed, as digits. */
  draw(): string;
}

/**
 * The workflow with a new value for every seed that is to change on each run. It is written down as one that stays:
 * what the run records, and what its pictures carry, gives the same result again.
 */
export function rollSeeds(
  document: WorkflowDocument,
  { descriptions, kept, draw }: SeedRoll,
): WorkflowDocument {
  let rolled = false;
  const nodes = document.nodes.map((node) => {
    const seeds = (descriptions.get(node.type)?.parameters ?? []).flatMap(({ name, rolledBy }) =>
      rolledBy !== undefined && node.params[rolledBy] === true ? [{ name, rolledBy }] : [],
    );
    if (seeds.length === 0) return node;
    rolled = true;
    const params = { ...node.params };
    for (const { name, rolledBy } of seeds) {
      if (!kept.has(`${node.id}.${name}`)) params[name] = draw();
      params[rolledBy] = false;
    }
    return { ...node, params };
  });
  return rolled ? { ...document, nodes } : document;
}
