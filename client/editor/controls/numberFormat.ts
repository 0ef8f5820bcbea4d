import type { ParameterDescription } from '../../../workflows/schema/nodeDescription.ts';

type Ranged = Pick<ParameterDescription, 'control' | 'min' | 'max' | 'step'>;

/** The step of a number: its own, or a round hundredth of its range. */
export function stepOf({ control, min, max, step }: Ranged): number {
  if (step !== undefined && step > 0) return step;
  if (control === 'integer') return 1;
  if (min === undefined || max === undefined) return 0.1;
  return 10 ** Math.floor(Math.log10((max - min) / 50));
}

/** Decimals that a multiple of the step needs. */
function decimalsOf(step: number): number {
  const [mantissa = '', exponent = '0'] = step.toString().split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}

/** Rounds to the step (a tenth of it when `fine`; whole numbers stay whole) and keeps within the limits. */
export function clampToStep(value: number, parameter: Ranged, fine = false): number {
  const { control, min = -Infinity, max = Infinity } = parameter;
  const step = stepOf(parameter) * (fine && control !== 'integer' ? 0.1 : 1);
  const base = Number.isFinite(min) ? min : 0;
  const rounded = base + Math.round((value - base) / step) * step;
  return Math.min(max, Math.max(min, Number(rounded.toFixed(Math.min(12, decimalsOf(step) + 1)))));
}

/** A typed number: decimal point or comma, within the limits. Undefined when it is none. */
export function parseNumber(
  text: string,
  { control, min = -Infinity, max = Infinity }: Ranged,
): number | undefined {
  const value = text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'));
  if (!Number.isFinite(value)) return undefined;
  return Math.min(max, Math.max(min, control === 'integer' ? Math.round(value) : value));
}

/** The number as it is shown: with the decimals of its step, more when it has them. */
export function formatNumber(value: number, parameter: Ranged): string {
  const short = value.toFixed(Math.min(12, decimalsOf(stepOf(parameter))));
  return Number(short) === value ? short : String(Number(value.toPrecision(8)));
}
