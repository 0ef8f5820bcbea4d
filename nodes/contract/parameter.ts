import { z } from 'zod';
import { noStrokes, strokesSchema, type Strokes } from '../../drawing/strokes.ts';
import type { ModelRole } from '../../models/catalog/modelRole.ts';

interface Described {
  readonly title: string;
  readonly help: string;
  readonly advanced?: boolean;
}
interface Ranged extends Described {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly unit?: string;
  readonly control?: 'number' | 'slider';
  /** The output that gives the value on as it is. */
  readonly handsOn?: string;
}

/** A real number with limits; can also be wired from a Number node. */
export function number(spec: Ranged): z.ZodDefault<z.ZodNumber> {
  return z
    .number()
    .min(spec.min)
    .max(spec.max)
    .default(spec.default)
    .meta({ control: 'slider', port: 'number', ...spec });
}

/** A whole number with limits; can also be wired from a Number node. */
export function integer(spec: Omit<Ranged, 'control'>): z.ZodDefault<z.ZodInt> {
  return z
    .int()
    .min(spec.min)
    .max(spec.max)
    .default(spec.default)
    .meta({ control: 'integer', port: 'number', step: 1, ...spec });
}

/** `tokens`: read by a text encoder; the input that it comes from, and the choice that says what happens when it is too long. */
export function text(
  spec: Described & {
    readonly default: string;
    readonly multiline?: boolean;
    readonly tokens?: { readonly encoder: string; readonly long: string };
  },
): z.ZodDefault<z.ZodString> {
  const { multiline, ...rest } = spec;
  return z
    .string()
    .max(20_000)
    .default(spec.default)
    .meta({ control: multiline ? 'multiline' : 'text', port: 'text', ...rest });
}

/** 0 to 2^64 - 1, saved as a decimal string because JSON numbers stop at 2^53. */
export function seed(
  spec: Described & { readonly default: string; readonly rolledBy?: string },
): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .regex(/^\d{1,20}$/, 'must be a whole number')
    .refine((digits) => BigInt(digits) < 1n << 64n, 'must be below 2^64')
    .default(spec.default)
    .meta({ control: 'seed', port: 'seed', ...spec });
}

export function toggle(spec: Described & { readonly default: boolean }): z.ZodDefault<z.ZodBoolean> {
  return z
    .boolean()
    .default(spec.default)
    .meta({ control: 'toggle', ...spec });
}

export function choice<const V extends string>(
  spec: Described & { readonly default: NoInfer<V>; readonly choices: Readonly<Record<V, string>> },
): z.ZodDefault<z.ZodEnum<{ [K in V]: K }>> {
  const { choices, ...rest } = spec;
  const values = Object.keys(choices) as V[];
  const titles = values.map((value) => ({ value, title: choices[value] }));
  const schema = z.enum(Object.fromEntries(values.map((value) => [value, value])) as { [K in V]: K });
  return schema.default(spec.default as never).meta({ control: 'choice', choices: titles, ...rest });
}

/** A reference to an uploaded or sample picture; empty = none chosen yet. */
export function image(spec: Described & { readonly default: string }): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .max(200)
    .default(spec.default)
    .meta({ control: 'image', ...spec });
}

/** The name of a model (in the models folder, added, or `builtin`) that can be used as one of `roles`. */
export function model(
  spec: Described & { readonly default: string; readonly roles: readonly ModelRole[] },
): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .max(200)
    .default(spec.default)
    .meta({ control: 'model', ...spec });
}

/** Self-attention layers, e.g. `6,7,8` (output blocks, as StyleID counts them), `output.6`, `input.1`, `middle`, `styleid`, `all`. */
export function layers(spec: Described & { readonly default: string }): z.ZodDefault<z.ZodString> {
  return z
    .string()
    .max(500)
    .default(spec.default)
    .meta({ control: 'layers', ...spec });
}

/** A mask drawn by hand: see drawing/strokes.ts. */
export function strokes(spec: Described): z.ZodDefault<z.ZodType<Strokes>> {
  return (strokesSchema as z.ZodType<Strokes>).default(noStrokes).meta({ control: 'strokes', ...spec });
}
