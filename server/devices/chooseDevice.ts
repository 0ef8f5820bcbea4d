import type { DeviceReport } from '../../models/probe/deviceReport.ts';
import { deviceTitles, gpuDevices, type Device, type DeviceName } from '../../models/runtime/device.ts';
import type { Precision, PrecisionName } from '../../models/runtime/precision.ts';
import { whyUnavailable } from '../../models/runtime/whyUnavailable.ts';
import type { DeviceChoice } from '../protocol/api.ts';
import { choosePrecision, type ChosenPrecision } from './choosePrecision.ts';

export interface ChooseOptions {
  readonly name: DeviceName;
  readonly precision: PrecisionName;
  report(device: Device): Promise<DeviceReport>;
  /** Tests bring their own machine. */
  whyUnavailable?(device: Device): string | undefined;
}

/** A decision, by the names that sessions take. */
export interface ChosenDevice extends DeviceChoice {
  readonly device: Device;
  readonly precision: Precision;
}

/** A device that works, what it would compute in and how fast. */
interface Candidate extends ChosenPrecision {
  readonly report: DeviceReport;
}

/**
 * Decides where models run, and in which precision. `auto`: the fastest device that really works, never a software GPU; a
 * machine without any GPU is told at a glance and tries nothing. A device that is asked for is taken, with what is wrong
 * with it.
 */
export async function chooseDevice(options: ChooseOptions): Promise<ChosenDevice> {
  return options.name === 'auto' ? fastest(options) : askedFor(options, options.name);
}

async function askedFor(
  { precision, report, ...options }: ChooseOptions,
  device: Device,
): Promise<ChosenDevice> {
  const why = options.whyUnavailable ?? whyUnavailable;
  const reason = `You asked for it with --device ${device}.`;
  if (device === 'cpu')
    return { ...decided(choosePrecision({ device, works: true }, precision), device), reason };
  const found = why(device);
  const tried = found ? { device, works: false, problem: found } : await report(device);
  const chosen = choosePrecision(tried, precision);
  const problem = tried.works ? chosen.problem : tried.problem;
  return { ...decided(chosen, device), reason, ...(problem ? { problem } : {}) };
}

async function fastest({ precision, report, ...options }: ChooseOptions): Promise<ChosenDevice> {
  const why = options.whyUnavailable ?? whyUnavailable;
  const reports = new Map<Device, DeviceReport>();
  for (const device of gpuDevices) {
    const unavailable = why(device);
    reports.set(device, unavailable ? { device, works: false, problem: unavailable } : await report(device));
  }
  const usable = [...reports.values()].filter(({ works, software }) => works && !software);
  const cpu = usable.length > 0 ? await report('cpu') : { device: 'cpu' as const, works: true };
  reports.set('cpu', cpu);
  const candidates = [cpu, ...usable].map((tried): Candidate => ({
    report: tried,
    ...choosePrecision(tried, precision),
  }));
  const sound = candidates.filter(({ problem }) => problem === undefined);
  const best = sound.reduce((most, next) => (next.rate > most.rate ? next : most));
  const others = [...reports.values()].filter((tried) => tried !== best.report);
  return {
    ...decided(best, best.report.device),
    reason: usable.length === 0 ? 'No GPU here can be used.' : `The fastest here: ${speed(best.rate)}.`,
    others: others.flatMap((tried) => {
      const own = candidates.find((candidate) => candidate.report === tried);
      const note = tried.problem ?? own?.problem ?? slower(own?.rate ?? 0, best.rate);
      return [{ title: deviceTitles[tried.device], note }];
    }),
  };
}

function decided(
  { precision, note }: ChosenPrecision,
  device: Device,
): Pick<ChosenDevice, 'device' | 'precision' | 'title' | 'precisionNote' | 'others'> {
  return { device, precision, title: deviceTitles[device], precisionNote: note, others: [] };
}

const slower = (rate: number, best: number): string =>
  `Works, but slower: ${speed(rate)} against ${speed(best)}.`;

function speed(rate: number): string {
  return rate >= 1000 ? `${(rate / 1000).toPrecision(2)} TFLOP/s` : `${rate.toFixed(0)} GFLOP/s`;
}
