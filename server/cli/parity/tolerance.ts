/** Used where a case states no tolerance that applies: what float32 against float32 through a deep network needs. */
const defaultTolerance = 2e-4;

/** The same for quantities that need another one, by label: pictures in levels, latents at the end of long loops. */
const defaultTolerances: Readonly<Record<string, number>> = {
  png: 2,
  '8-bit': 0,
  tables: 1e-6,
  'from_golden_z0.z_enc': 1e-4,
  'from_golden_z0.z_final': 1e-3,
  'from_golden_z0.decoded': 1e-3,
  'from_images.z0': 2e-3,
  'from_images.z_enc': 5e-3,
  'from_images.z_final': 0.05,
  'from_images.decoded': 0.05,
  z_enc: 5e-3,
  final_latent: 0.05,
};

interface Entry {
  /** Lower-case keys or clause labels that lead to the number, joined by dots. */
  readonly path: string;
  readonly value: number;
}

/**
 * The `tolerance` of a case.json, which comes as a number, as an object of numbers and texts, or as a sentence:
 *
 * - clauses are separated by `;` and may carry a label: `tables: abs 1e-6; one-step: abs 1e-5`
 * - a clause's tolerance is its first number: `max abs 2e-4 (seen 1.1e-05)` is 2e-4, `0 or 1 grey level` is 1;
 *   a clause that says `exact` is 0
 * - `(7.5x larger for cfg)` multiplies for tensors whose name has that word
 */
export class Tolerance {
  readonly #entries: Entry[] = [];
  readonly #factors = new Map<string, number>();

  constructor(stated: unknown) {
    this.#collect(stated, '');
  }

  /**
   * The tolerance under the first of the labels that the case speaks of, else the case's unlabelled one, else the default
   * for the labels. Labels match when they occur in the path, whatever the case of their letters.
   */
  for(tensor: string, ...labels: string[]): number {
    const first = (values: (number | undefined)[]) => values.find((value) => value !== undefined);
    const stated = first(labels.map((label) => this.stated(label))) ?? this.#unlabelled();
    const fallback = first(labels.map((label) => defaultTolerances[label])) ?? defaultTolerance;
    return (stated ?? fallback) * this.#factor(tensor);
  }

  /** The tolerance under this label, when the case states one. */
  stated(label: string): number | undefined {
    const wanted = label.toLowerCase();
    const exact = this.#entries.find(({ path }) => path === wanted);
    return (exact ?? this.#entries.find(({ path }) => path.includes(wanted)))?.value;
  }

  #unlabelled(): number | undefined {
    return this.#entries.find(({ path }) => ['', 'max_abs', 'abs'].includes(path))?.value;
  }

  #factor(tensor: string): number {
    for (const [word, factor] of this.#factors) if (tensor.includes(word)) return factor;
    return 1;
  }

  #collect(stated: unknown, path: string): void {
    if (typeof stated === 'number') this.#entries.push({ path, value: stated });
    else if (typeof stated === 'string') this.#collectText(stated, path);
    else if (typeof stated === 'object' && stated !== null) {
      for (const [key, value] of Object.entries(stated)) {
        if (key === 'note') continue;
        this.#collect(value, path ? `${path}.${key.toLowerCase()}` : key.toLowerCase());
      }
    }
  }

  #collectText(text: string, path: string): void {
    for (const clause of text.split(';')) {
      const [, label = '', rest = clause] = /^\s*([\w -]+):(.*)$/s.exec(clause) ?? [];
      const value = numberIn(rest);
      if (value !== undefined) {
        this.#entries.push({ path: [path, label.trim().toLowerCase()].filter(Boolean).join('.'), value });
      }
      const factor = /([\d.]+)x larger for (\w+)/.exec(rest);
      if (factor) this.#factors.set(factor[2]!, Number(factor[1]));
    }
  }
}

function numberIn(text: string): number | undefined {
  if (/^\W*exact/i.test(text)) return 0;
  const either = /(\d+) or (\d+)/.exec(text);
  if (either) return Math.max(Number(either[1]), Number(either[2]));
  // Not the 32 of float32.
  const number = /(?<![a-z\d.])\d+(?:\.\d+)?(?:e[-+]?\d+)?/i.exec(text);
  return number ? Number(number[0]) : undefined;
}
