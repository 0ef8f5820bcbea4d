import type { ModelSummary } from '../../../server/protocol/models.ts';

/** What keeps a model from being used in a place: its file is gone, it cannot be read, or it is for another use. */
export type Misfit = 'gone' | 'unusable' | 'otherUse';

/** Undefined when it fits, as far as is known: what has not been looked into may. */
export function misfit(
  { missing, problem, role }: ModelSummary,
  roles: readonly string[] | undefined,
): Misfit | undefined {
  if (missing) return 'gone';
  if (problem !== undefined) return 'unusable';
  if (role !== undefined && roles !== undefined && !roles.includes(role)) return 'otherUse';
  return undefined;
}
