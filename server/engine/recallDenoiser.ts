import type { Denoiser } from '../../models/sampling/denoiser.ts';
import { executeWorkflow } from './executeWorkflow.ts';
import type { Execution } from './execution.ts';
import { InspectionRefusal } from './inspection/inspectionRefusal.ts';
import type { RunReport } from './runReport.ts';

export interface RecalledDenoiser {
  readonly denoiser: Denoiser;
  /** Closes the files that it reads from. */
  release(): Promise<void>;
}

const GONE =
  'What this run swapped into the attention is no longer in memory: change something and run the workflow again to look into it.';
const silent: RunReport = { node: () => undefined, step: () => undefined, shown: async () => undefined };

/**
 * The denoiser that a node of an earlier run was given, put together again from results that are still known: inversions
 * may be on disk, but nothing is sampled or inverted for it. Throws InspectionRefusal `gone` when that would be needed.
 */
export async function recallDenoiser(
  execution: Omit<Execution, 'targets' | 'signal' | 'report' | 'makeRoom'>,
  node: string,
): Promise<RecalledDenoiser> {
  const { document, registry } = execution;
  const type = document.nodes.find(({ id }) => id === node)?.type ?? '';
  const ports = registry.get(type)?.inputs ?? {};
  const link = document.links.find(({ to }) => to.node === node && ports[to.port]?.type === 'denoiser');
  if (!link) throw new InspectionRefusal('gone', GONE);
  const executed = await executeWorkflow({
    ...execution,
    targets: [link.from.node],
    signal: new AbortController().signal,
    report: silent,
    makeRoom: () => Promise.reject(new InspectionRefusal('gone', GONE)),
  });
  await executed.settled;
  // Sound: the link comes from a port of that type.
  const denoiser = executed.wanted.get(link.from.node)?.[link.from.port] as Denoiser | undefined;
  if (denoiser) return { denoiser, release: () => executed.release() };
  await executed.release();
  throw new InspectionRefusal('gone', executed.error?.message ?? GONE);
}
