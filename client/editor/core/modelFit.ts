import type { ModelSummary } from '../../../server/protocol/models.ts';
import type { ModelNeed } from '../../../workflows/schema/modelUses.ts';

/**
 * What keeps a model from being used in a place: its file is gone, it cannot be read, it is for another use, or it has not
 * all that is taken out of it there.
 */
export type Misfit = 'gone' | 'unusable' | 'otherUse' | 'incomplete';

/** Undefined when it fits, as far as is known: what has not been looked into may. */
export function misfit({ missing, problem, role, parts }: ModelSummary, need: ModelNeed): Misfit | undefined {
  if (missing) return 'gone';
  if (problem !== undefined) return 'unusable';
  if (role !== undefined && need.roles && !need.roles.includes(role)) return 'otherUse';
  if (parts && need.parts.some((part) => !parts.includes(part))) return 'incomplete';
  return undefined;
}
