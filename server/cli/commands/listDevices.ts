import { deviceTitles, type Device } from '../../../models/runtime/device.ts';
import { whyUnavailable } from '../../../models/runtime/whyUnavailable.ts';
import { chooseDevice } from '../../devices/chooseDevice.ts';
import type { KnownDevices } from '../../devices/knownDevices.ts';

const order = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const satisfies readonly Device[];

export interface ListDevicesOptions {
  readonly known: KnownDevices;
  readonly json: boolean;
  readonly write: (text: string) => void;
}

/** Tries every device anew, each in a process of its own, and says what came of it and what `auto` makes of it. */
export async function listDevices({ known, json, write }: ListDevicesOptions): Promise<void> {
  known.forget();
  for (const device of order) {
    const problem = whyUnavailable(device);
    const report = problem ? { device, works: false, problem } : await known.report(device);
    if (json) {
      write(`${JSON.stringify(report)}\n`);
      continue;
    }
    const rate =
      report.rate === undefined ? 'runs.' : `runs a small UNet at ${report.rate.toFixed(0)} GFLOP/s.`;
    const state = report.works ? 'works' : 'no';
    write(`${deviceTitles[device].padEnd(9)} ${state.padEnd(6)} ${report.problem ?? rate}\n`);
  }
  const { device, title, reason } = await chooseDevice({
    name: 'auto',
    precision: 'auto',
    report: (name) => known.report(name),
  });
  write(json ? `${JSON.stringify({ auto: device, reason })}\n` : `\nauto takes ${title}. ${reason}\n`);
}
