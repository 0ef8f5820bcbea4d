import type { ShownPicture, StepReport } from '../../nodes/contract/node.ts';
import type { NodeRecord } from '../protocol/runs.ts';

/** Where an execution tells what happens; the engine process turns it into messages, tests into lists. */
export interface RunReport {
  /** The node's whole record so far; may come often, only the newest counts. */
  node(node: string, record: NodeRecord): void;
  step(node: string, report: StepReport, milliseconds: number): void;
  /** Resolves when the picture has been encoded and handed on. */
  shown(node: string, picture: ShownPicture): Promise<void>;
}
