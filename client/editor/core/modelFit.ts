import type { ModelSummary } from '../../../server/protocol/models.ts';
import { adapterMisfit } from '../../../workflows/schema/adapterFit.ts';
import type { ModelNeed } from '../../../workflows/schema/modelUses.ts';

/**
 * What keeps a model from being used in a place: its file is gone, it cannot be read, it is for another use, it has not
 * all that is taken out of it there, or the adapter there is made for another one.
 */
export type Misfit = 'gone' | 'unusable' | 'otherUse' | 'incomplete' | 'otherAdapter';

/** Undefined when it fits, as far as is known: what has not been looked into may. */
export function misfit(
  model: ModelSummary,
  need: ModelNeed,
  models: readonly ModelSummary[],
): Misfit | undefined {
  const { missing, problem, role, parts } = model;
  if (missing) return 'gone';
  if (problem !== undefined) return 'unusable';
  if (role !== undefined && need.roles && !need.roles.includes(role)) return 'otherUse';
  if (parts && need.parts.some((part) => !parts.includes(part))) return 'incomplete';
  if (adapterMisfit(model, need.adapters, models)) return 'otherAdapter';
  return undefined;
}
