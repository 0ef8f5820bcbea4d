import type { NodeRun, PortSpecs, ShownPicture } from '../../nodes/contract/node.ts';
import type { NodeServices } from '../../nodes/contract/services.ts';
import { NodeProgress } from './nodeProgress.ts';
import { nodeParams, wiredParams } from './nodeParams.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';
import type { RunReport } from './runReport.ts';
import { valueBytes } from './valueBytes.ts';

export interface NodeCall {
  readonly planned: PlannedNode;
  /** Values by port, parameters that are wired included. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly progress: NodeProgress;
  readonly services: NodeServices;
  readonly signal: AbortSignal;
  readonly report: RunReport;
  /** Id of the run. */
  readonly run: string;
}

/** Runs one node and gathers what it gave. Throws what the node throws, and the signal's reason when aborted. */
export async function runNode(call: NodeCall): Promise<NodeResult> {
  const { planned, progress, signal } = call;
  const { definition } = planned;
  const shown: ShownPicture[] = [];
  const context = contextOf(call, shown);
  definition.check?.(context.params);
  const outputs: Record<string, unknown> = await definition.run(context);
  signal.throwIfAborted();
  let bytes = shown.reduce((sum, { picture }) => sum + picture.data.byteLength, 0);
  for (const [name, port] of Object.entries(definition.outputs)) {
    if (outputs[name] === undefined) throw new Error(`it gave nothing for its output "${name}"`);
    bytes += valueBytes(port.type, outputs[name]);
  }
  const madeBy = { run: call.run, node: planned.node.id };
  return { outputs, shown, notes: progress.notes, bytes: Math.max(1, bytes), madeBy };
}

function contextOf(call: NodeCall, shown: ShownPicture[]): NodeRun<PortSpecs, Record<string, unknown>> {
  const { planned, values, progress, services, signal, report } = call;
  const { id } = planned.node;
  const wired = Object.fromEntries(wiredParams(planned).map((name) => [name, values[name]]));
  const changed = (): void => report.node(id, progress.record);
  return {
    inputs: values as NodeRun<PortSpecs, unknown>['inputs'],
    params: nodeParams(planned, wired),
    signal,
    services,
    step: (step) => {
      const milliseconds = progress.step(step);
      changed();
      report.step(id, step, milliseconds);
    },
    progress: (fraction) => {
      progress.progress(fraction);
      changed();
    },
    show: async (picture) => {
      shown.push(picture);
      await report.shown(id, picture);
    },
    note: (name, value) => progress.note(name, value),
  };
}
