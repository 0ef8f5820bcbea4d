import { logPlacement, type PlacementRequest } from '../../models/probe/logPlacement.ts';
import type { PlacementAnswer } from './placementInChild.ts';

/** The program that placementInChild starts: `placement REQUEST`, as JSON. The placement itself goes to stderr. */
const answer = await logPlacement(JSON.parse(process.argv[2]!) as PlacementRequest).then(
  (): PlacementAnswer => ({ refused: null }),
  (error: unknown): PlacementAnswer => ({ refused: error instanceof Error ? error.message : String(error) }),
);
// A driver that hangs or crashes while it is unloaded has already done its work.
process.send?.(answer, () => process.exit(0));
