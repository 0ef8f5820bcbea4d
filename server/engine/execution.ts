import type { NodeDefinition } from '../../nodes/contract/node.ts';
import type { NodeServices } from '../../nodes/contract/services.ts';
import type { WorkflowDocument } from '../../workflows/schema/document.ts';
import type { RunError } from '../protocol/runs.ts';
import type { DiskCache } from './diskCache.ts';
import type { NodeResult, OutputCache } from './outputCache.ts';
import type { RunReport } from './runReport.ts';

export interface Execution {
  /** Id of the run, remembered with what it makes. */
  readonly run: string;
  /** A workflow that validateWorkflow finds nothing wrong with. */
  readonly document: WorkflowDocument;
  /** Ids of the nodes that the run is for; absent = all outputs. */
  readonly targets?: readonly string[] | undefined;
  readonly registry: ReadonlyMap<string, NodeDefinition>;
  readonly services: NodeServices;
  readonly cache: OutputCache;
  /** Absent = nothing is kept on disk. */
  readonly disk?: DiskCache | undefined;
  readonly signal: AbortSignal;
  /** Aborted to have it stop where it can go on when it is executed again: between nodes, or within one that is `resumable`. */
  readonly pause?: AbortSignal | undefined;
  readonly report: RunReport;
  /** Called before the first node with steps runs: what earlier runs left to look at has to make room. */
  readonly makeRoom?: () => Promise<void>;
}

export interface ExecutionResult {
  readonly state: 'done' | 'failed' | 'cancelled' | 'paused';
  readonly error?: RunError;
}

export interface Executed extends ExecutionResult {
  /** What the nodes gave that the run was for, by id; absent for those it did not come to. */
  readonly wanted: ReadonlyMap<string, NodeResult['outputs']>;
  /** Resolves (never rejects) when results have been written to disk: wait for it before the next run. */
  readonly settled: Promise<void>;
  /** Closes the files that denoisers of this run read from; until then its steps can be evaluated again. */
  release(): Promise<void>;
}
