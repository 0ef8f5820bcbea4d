import type { NetworkName } from '../../../models/probe/networkName.ts';
import { deviceTitles, type Device } from '../../../models/runtime/device.ts';
import type { Precision } from '../../../models/runtime/precision.ts';
import type { Fallback, PlacementSummary } from '../../devices/summarizePlacement.ts';

/** A network, where it was opened, and what came of it. */
export interface ExplainedPlacement extends PlacementSummary {
  readonly model: string;
  readonly network: NetworkName;
  readonly width: number;
  readonly height: number;
  readonly device: Device;
  readonly precision: Precision;
  /** Why that device. */
  readonly reason: string;
}

/** What runs where, for people. */
export function placementText(explained: ExplainedPlacement): string {
  const { model, network, width, height, device, precision, reason } = explained;
  const { onDevice, onCpu, copies, fallbacks } = explained;
  const size = network === 'text' ? '' : ` for ${width}x${height} pixels`;
  const title = device === 'cpu' ? 'the CPU' : deviceTitles[device];
  const lines = [
    `${model}:${network}${size} on ${title} in ${precision}. ${reason}`,
    `Nodes of the graph as onnxruntime optimised it, with some fused and some added: ${onDevice + onCpu}.`,
    `On ${title}: ${onDevice}.`,
  ];
  if (onCpu > 0)
    lines.push(`Back on the CPU: ${onCpu}. Copies between the two: ${copies}.`, '', ...tableOf(fallbacks));
  else if (device !== 'cpu') lines.push('Nothing falls back to the CPU.');
  return `${lines.join('\n')}\n`;
}

function tableOf(fallbacks: readonly Fallback[]): string[] {
  const rows = fallbacks.map(({ operator, count, layers }) => ({
    operator,
    count: `${count}`,
    where: layers.join(', ') || 'added by onnxruntime, or outside any layer',
  }));
  const widest = Math.max(...rows.map(({ operator }) => operator.length), 'operator'.length);
  return [{ operator: 'operator', count: 'count', where: 'among others in' }, ...rows].map(
    ({ operator, count, where }) => `${operator.padEnd(widest)}  ${count.padStart(5)}  ${where}`,
  );
}
