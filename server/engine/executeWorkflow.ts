import type { Executed, Execution } from './execution.ts';
import { planRun } from './planRun.ts';
import { WorkflowRun } from './workflowRun.ts';

/**
 * Executes what the workflow's outputs need, each node after those it takes from; nodes whose results are known are
 * not executed again. The first error ends the run: what was still to do is marked skipped. Never throws for what
 * happens inside nodes.
 */
export async function executeWorkflow(execution: Execution): Promise<Executed> {
  const order = planRun(execution.document, execution.registry, execution.targets);
  for (const { node } of order) execution.report.node(node.id, { state: 'waiting' });
  const run = new WorkflowRun(execution, order);
  try {
    const result = await run.execute();
    const wanted = run.wanted();
    return { ...result, wanted, settled: run.settle(), release: () => run.release() };
  } catch (error) {
    await run.settle();
    await run.release();
    throw error;
  }
}
