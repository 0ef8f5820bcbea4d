import type { DeviceReport } from '../../models/probe/deviceReport.ts';
import { deviceTitles } from '../../models/runtime/device.ts';
import type { Precision, PrecisionName } from '../../models/runtime/precision.ts';

export interface ChosenPrecision {
  readonly precision: Precision;
  /** Why, for people. */
  readonly note: string;
  /** GFLOP/s of a small UNet in it, 0 where it was not measured. */
  readonly rate: number;
  /** What keeps the device from it, when it was asked for. */
  readonly problem?: string;
}

/** Half precision rounds, so it must be worth it. */
const WORTH = 1.2;

/** What a device computes in: what was asked for, else half precision where it is right and at least a fifth faster. */
export function choosePrecision(report: DeviceReport, asked: PrecisionName): ChosenPrecision {
  const { device, half, software, rate = 0 } = report;
  if (device === 'cpu') return onCpu(asked, rate);
  const precision = asked === 'auto' ? (halfPays(report) ? 'float16' : 'float32') : asked;
  if (precision === 'float32') {
    const note =
      asked === 'float32' ? 'You asked for float32.' : 'float32: half precision is no faster here.';
    return {
      precision,
      rate,
      note: half?.works === false && asked === 'auto' ? `float32: ${half.problem}` : note,
    };
  }
  const error = half?.error === undefined ? '' : ` Results differ by ${(half.error * 100).toPrecision(2)} %.`;
  const gain = half?.rate && rate > 0 ? `, ${(half.rate / rate).toFixed(1)} times as fast as float32` : '';
  const note = asked === 'auto' ? `Half precision${gain}.${error}` : `You asked for half precision.${error}`;
  const tried = half?.works === false ? half.problem : undefined;
  const why = software ? 'it is not used by a GPU in software.' : tried;
  const refused =
    why === undefined ? {} : { problem: `${deviceTitles[device]} cannot use half precision: ${why}` };
  return { precision, rate: half?.rate ?? 0, note, ...refused };
}

function halfPays({ half, rate = 0 }: DeviceReport): boolean {
  return half?.works === true && (half.rate ?? 0) >= WORTH * rate;
}

function onCpu(asked: PrecisionName, rate: number): ChosenPrecision {
  return asked === 'float16'
    ? {
        precision: 'float16',
        rate,
        note: 'Weights are held in half precision, for half the memory; computed in float32.',
      }
    : { precision: 'float32', rate, note: 'Computes in float32.' };
}
