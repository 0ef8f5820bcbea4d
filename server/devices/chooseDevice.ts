import type { DeviceReport } from '../../models/probe/deviceReport.ts';
import { deviceTitles, gpuDevices, type Device, type DeviceName } from '../../models/runtime/device.ts';
import { whyUnavailable } from '../../models/runtime/whyUnavailable.ts';
import type { DeviceChoice } from '../protocol/api.ts';

export interface ChooseOptions {
  readonly name: DeviceName;
  report(device: Device): Promise<DeviceReport>;
  /** Tests bring their own machine. */
  whyUnavailable?(device: Device): string | undefined;
}

/** A decision, and the device by the name that sessions take. */
export interface ChosenDevice extends DeviceChoice {
  readonly device: Device;
}

/**
 * Decides where models run. `auto`: the fastest device that really works, never a software GPU; a machine without any
 * GPU is told at a glance and tries nothing. A device that is asked for is taken, with what is wrong with it.
 */
export async function chooseDevice({
  name,
  report,
  whyUnavailable: why = whyUnavailable,
}: ChooseOptions): Promise<ChosenDevice> {
  if (name === 'cpu') return chosen('cpu', 'You asked for it with --device cpu.');
  if (name !== 'auto') {
    const problem = why(name) ?? unlessWorking(await report(name));
    return { ...chosen(name, `You asked for it with --device ${name}.`), ...(problem ? { problem } : {}) };
  }
  const candidates: DeviceReport[] = [];
  const notes = new Map<Device, string>();
  for (const device of gpuDevices) {
    const unavailable = why(device);
    if (unavailable) notes.set(device, unavailable);
    else candidates.push(await report(device));
  }
  if (candidates.length > 0) candidates.push(await report('cpu'));
  const usable = candidates.filter(({ works, software, device }) => works && !software && device !== 'cpu');
  const cpuRate = candidates.find(({ device }) => device === 'cpu')?.rate ?? 0;
  const best = usable.reduce((fastest, next) => (rateOf(next) > rateOf(fastest) ? next : fastest), {
    device: 'cpu',
    rate: cpuRate,
  } as Pick<DeviceReport, 'device' | 'rate'>);
  for (const candidate of candidates) notes.set(candidate.device, noteOf(candidate, rateOf(best)));
  const reason =
    best.device === 'cpu' && usable.length === 0
      ? 'No GPU here can be used.'
      : `The fastest here: ${speed(rateOf(best))}.`;
  const others = [...gpuDevices, 'cpu' as const].filter((device) => device !== best.device);
  return {
    ...chosen(best.device, reason),
    others: others.flatMap((device) => {
      const note = notes.get(device);
      return note === undefined ? [] : [{ title: deviceTitles[device], note }];
    }),
  };
}

function chosen(device: Device, reason: string): ChosenDevice {
  return { device, title: deviceTitles[device], reason, others: [] };
}

const rateOf = ({ rate = 0 }: Pick<DeviceReport, 'rate'>): number => rate;

const unlessWorking = ({ works, problem }: DeviceReport): string | undefined => (works ? undefined : problem);

function noteOf({ problem, ...report }: DeviceReport, best: number): string {
  return problem ?? `Works, but slower: ${speed(rateOf(report))} against ${speed(best)}.`;
}

function speed(rate: number): string {
  return `${rate >= 1000 ? `${(rate / 1000).toPrecision(2)} TFLOP/s` : `${rate.toFixed(0)} GFLOP/s`}`;
}
