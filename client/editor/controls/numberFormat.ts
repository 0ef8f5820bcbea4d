import type { ParameterDescription } from '../../../workflows/schema/nodeDescription.ts';
import { editorTexts } from '../editorTexts.ts';

type Ranged = Pick<ParameterDescription, 'control' | 'min' | 'max' | 'step'>;

/** Ranges beyond this are limits in name only: neither a bar nor a drag could show where a value lies in them. */
const WIDEST = 20_000;

/** Whether both limits are near enough to say where a value lies between them. */
export function isLimited<R extends Ranged>(parameter: R): parameter is R & { min: number; max: number } {
  const { min = -Infinity, max = Infinity } = parameter;
  return max - min <= WIDEST;
}

/** Its limits in words, `1 to 500 px`; empty when they are none. */
export function rangeText(parameter: Ranged & { readonly unit?: string | undefined }): string {
  if (!isLimited(parameter)) return '';
  return editorTexts.range(parameter.min, parameter.max, parameter);
}

/** The step of a number: its own, a round hundredth of its range, or without limits a tenth of its magnitude. */
export function stepOf(parameter: Ranged, value = 1): number {
  const { control, step } = parameter;
  if (step !== undefined && step > 0) return step;
  if (control === 'integer') return 1;
  if (isLimited(parameter)) return 10 ** Math.floor(Math.log10((parameter.max - parameter.min) / 50));
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return 10 ** Math.min(0, Math.max(-3, magnitude - 1));
}

/**
 * How far one pixel drags a number from `value`. A slider follows the pointer over its whole range; other numbers
 * move by what matters at their size, so that 20 steps of at most 500 can be set as finely as 400.
 */
export function dragRate(parameter: Ranged, value: number, width: number): number {
  const relative = Math.max(stepOf(parameter, value), Math.abs(value) / 50) / 4;
  if (!isLimited(parameter)) return relative;
  const whole = (parameter.max - parameter.min) / width;
  return parameter.control === 'slider' ? whole : Math.min(whole, relative);
}

/** Decimals that a multiple of the step needs. */
function decimalsOf(step: number): number {
  const [mantissa = '', exponent = '0'] = step.toString().split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}

/** Rounds to whole steps (whole numbers stay whole) and keeps within the limits. */
export function clampToStep(value: number, parameter: Ranged, step = stepOf(parameter)): number {
  const { control, min = -Infinity, max = Infinity } = parameter;
  const used = control === 'integer' ? Math.max(1, Math.round(step)) : step;
  const base = isLimited(parameter) ? parameter.min : 0;
  const rounded = base + Math.round((value - base) / used) * used;
  return Math.min(max, Math.max(min, Number(rounded.toFixed(Math.min(12, decimalsOf(used) + 1)))));
}

export interface TypedNumber {
  readonly value: number;
  /** Why it is not the number that was typed; `step`: it is, but may not stay it. */
  readonly because?: 'min' | 'max' | 'whole' | 'step';
}

/** A typed number: decimal point or comma, within the limits. Undefined when it is none. */
export function parseNumber(
  text: string,
  { control, min = -Infinity, max = Infinity, step }: Ranged,
): TypedNumber | undefined {
  const typed = text.trim() === '' ? NaN : Number(text.trim().replace(',', '.'));
  if (!Number.isFinite(typed)) return undefined;
  if (typed < min) return { value: min, because: 'min' };
  if (typed > max) return { value: max, because: 'max' };
  const value = control === 'integer' ? Math.round(typed) : typed;
  if (value !== typed) return { value, because: 'whole' };
  const odd = control === 'integer' && step !== undefined && value % step !== 0;
  return odd ? { value, because: 'step' } : { value };
}

/** The number as it is shown: with the decimals of its step, more when it has them. */
export function formatNumber(value: number, parameter: Ranged): string {
  const decimals = isLimited(parameter) || parameter.step !== undefined ? decimalsOf(stepOf(parameter)) : 0;
  const short = value.toFixed(Math.min(12, decimals));
  return Number(short) === value ? short : String(Number(value.toPrecision(8)));
}
