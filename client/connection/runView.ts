import type { NodeRecord, RunState } from '../../server/protocol/runs.ts';

/**
 * What the canvas shows of a node in the run that is being looked at; all of it reactive. Of a node that was edited
 * since it ran, only its pictures.
 */
export interface NodeRunView extends Partial<NodeRecord> {
  /** Object or server URL of the newest step picture. */
  readonly livePicture?: string;
  /** Pictures that the node showed, by slot (`image`, `before`, `after`). */
  readonly pictures: Readonly<Record<string, string>>;
}

/** The run that the editor looks at: the live one, or an old one opened from the list. Nodes that did not run are absent. */
export interface RunView {
  readonly id: string;
  readonly state: RunState;
  readonly nodes: Readonly<Record<string, NodeRunView>>;
}
