import type { GoldenCase } from '../goldenCase.ts';

/** What run_styleid.py was called with for one variant. */
export interface E2eSettings {
  readonly gamma: number;
  readonly T: number;
  readonly inversionSteps: number;
  readonly samplingSteps: number;
  readonly startStep: number;
  readonly eta: number;
  /** Comma-separated output blocks. */
  readonly layers: string;
  readonly inject: boolean;
  readonly adain: boolean;
  readonly png: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The variants of a case by name, each from the script's defaults, the case's `args`, its own fields and extra args. */
export function e2eSettings(golden: GoldenCase): Map<string, E2eSettings> {
  const variants = Object.entries(golden.object('variants')) as [string, Fields][];
  return new Map(variants.map(([name, own]) => [name, settingsOf(golden.object('args'), own)]));
}

function settingsOf(args: Fields, own: Fields): E2eSettings {
  const extra = extraArgs(own['extra_args']);
  const value = (name: string): unknown => extra[name] ?? own[name] ?? args[name];
  const number = (name: string, fallback: number): number => Number(value(name) ?? fallback);
  const steps = number('ddim_inv_steps', 50);
  const without = (name: string) => value(`without_${name}`) === true || value(name) === false;
  return {
    // A variant states the gamma and T that were in force, whatever its extra args say.
    gamma: Number(own['gamma'] ?? value('gamma') ?? 0.75),
    T: Number(own['T'] ?? value('T') ?? 1.5),
    inversionSteps: steps,
    samplingSteps: number('save_feat_steps', 50),
    startStep: number('start_step', 49),
    eta: number('ddim_eta', 0),
    layers: String(value('attn_layer') ?? '6,7,8,9,10,11'),
    // The script drops features silently with some arguments; `features_used` says what happened.
    inject: !without('attn_injection') && own['features_used'] !== false,
    adain: !without('init_adain'),
    png: typeof own['png'] === 'string' ? own['png'] : undefined,
  };
}

/** `["--gamma", "0.3", "--without_init_adain"]` -> `{ gamma: '0.3', without_init_adain: true }` */
function extraArgs(list: unknown): Record<string, string | true> {
  const words = Array.isArray(list) ? list.map(String) : [];
  const found: Record<string, string | true> = {};
  for (const [i, word] of words.entries()) {
    if (!word.startsWith('--')) continue;
    const [name = '', joined] = word.slice(2).split('=');
    const next = words[i + 1];
    found[name] = joined ?? (next === undefined || next.startsWith('--') ? true : next);
  }
  return found;
}
