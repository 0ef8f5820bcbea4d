import type { NodeRun, PortSpecs, ShownPicture, UnfinishedWork } from '../../nodes/contract/node.ts';
import type { NodeServices } from '../../nodes/contract/services.ts';
import { NodeProgress } from './nodeProgress.ts';
import { nodeParams, wiredParams } from './nodeParams.ts';
import type { NodeResult } from './outputCache.ts';
import type { PlannedNode } from './planRun.ts';
import type { RunReport } from './runReport.ts';
import { StepThinning } from './stepThinning.ts';
import { valueBytes } from './valueBytes.ts';

/** Milliseconds after which a node says where it is, also when its steps are not told. */
const SILENCE = 500;

export interface NodeCall {
  readonly planned: PlannedNode;
  /** Values by port, parameters that are wired included. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly progress: NodeProgress;
  readonly services: NodeServices;
  readonly unfinished: UnfinishedWork;
  readonly signal: AbortSignal;
  readonly report: RunReport;
  /** Id of the run. */
  readonly run: string;
}

/** Runs one node and gathers what it gave. Throws what the node throws, and the signal's reason when aborted. */
export async function runNode(call: NodeCall): Promise<NodeResult> {
  const { planned, progress, signal } = call;
  const { definition } = planned;
  const { context, shown, steps } = surround(call);
  // What the model has to say about them `run` will hear.
  definition.check?.(context.params, {});
  const running: Promise<Record<string, unknown>> = definition.run(context);
  const outputs = await running.finally(() => steps.end());
  signal.throwIfAborted();
  let bytes = shown.reduce((sum, { picture }) => sum + picture.data.byteLength, 0);
  for (const [name, port] of Object.entries(definition.outputs)) {
    if (outputs[name] === undefined) throw new Error(`it gave nothing for its output "${name}"`);
    bytes += valueBytes(port.type, outputs[name]);
  }
  const madeBy = { run: call.run, node: planned.node.id };
  return { outputs, shown, notes: progress.notes, bytes: Math.max(1, bytes), madeBy };
}

interface Surroundings {
  readonly context: NodeRun<PortSpecs, Record<string, unknown>>;
  /** What it has shown so far. */
  readonly shown: readonly ShownPicture[];
  readonly steps: StepThinning;
}

function surround(call: NodeCall): Surroundings {
  const { planned, values, progress, services, unfinished, signal, report } = call;
  const { id } = planned.node;
  const wired = Object.fromEntries(wiredParams(planned).map((name) => [name, values[name]]));
  let lastChange = -Infinity;
  const changed = (): void => {
    lastChange = performance.now();
    report.node(id, progress.record);
  };
  const shown: ShownPicture[] = [];
  const steps = new StepThinning((step, milliseconds) => {
    changed();
    report.step(id, step, milliseconds);
  });
  const context: Surroundings['context'] = {
    inputs: values as NodeRun<PortSpecs, unknown>['inputs'],
    params: nodeParams(planned, wired),
    signal,
    services,
    unfinished,
    step: (step) => {
      const told = steps.step(step, progress.step(step));
      if (!told && performance.now() - lastChange >= SILENCE) changed();
    },
    progress: (fraction) => {
      progress.progress(fraction);
      changed();
    },
    show: async (picture) => {
      shown.push(picture);
      await report.shown(id, picture);
    },
    // At once: some things are worth knowing while it works.
    note: (name, value) => {
      progress.note(name, value);
      changed();
    },
  };
  return { context, shown, steps };
}
