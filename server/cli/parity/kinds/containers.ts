import { GoldenTensors } from '../goldenTensors.ts';
import { GoldenCase } from '../goldenCase.ts';
import type { ParityReport } from '../parityReport.ts';
import type { Kind } from './kind.ts';

/** What a case says of a tensor that it does not store. */
interface Facts {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly sum: number;
  readonly abs_sum: number;
}

/**
 * `metrics/containers` and `paint-by-example/container`: every file of the case opens, and holds exactly the tensors of
 * the .safetensors file that it names as its twin, or those whose shape, type and sums the case states.
 */
export const containers: Kind = async ({ golden, report }) => {
  const expected = golden.object('expected') as Readonly<Record<string, Readonly<Record<string, Facts>>>>;
  for (const [file, about] of Object.entries(golden.object('files'))) {
    if (file.endsWith('.safetensors')) continue;
    const found = await GoldenTensors.open(golden.resolve(file));
    const twin = (about as { same_tensors_in?: unknown } | null)?.same_tensors_in;
    const [name] = GoldenCase.namesIn(twin, /\.safetensors$/);
    if (name) await compareWithTwin(report, found, await GoldenTensors.open(golden.resolve(name)));
    for (const [tensor, facts] of Object.entries(expected[file] ?? {}))
      await compareWithFacts(report, found, { tensor, facts });
    if (!name && !expected[file]) {
      // Nothing is said of its tensors, but it must open.
      report.values(`${file}: opens with tensors`, [Number(found.names.length > 0)], [1], 0);
    }
  }
};

async function compareWithTwin(
  report: ParityReport,
  found: GoldenTensors,
  twin: GoldenTensors,
): Promise<void> {
  for (const name of twin.names) {
    const label = `${found.file}: ${name}`;
    if (found.has(name)) report.tensor(label, await found.get(name), await twin.get(name), 0);
    else report.failure(label, 'is not there');
  }
}

async function compareWithFacts(
  report: ParityReport,
  found: GoldenTensors,
  { tensor, facts }: { readonly tensor: string; readonly facts: Facts },
): Promise<void> {
  const label = `${found.file}: ${tensor}`;
  if (!found.has(tensor)) return report.failure(label, 'is not there');
  if (found.typeOf(tensor) !== facts.dtype)
    return report.failure(label, `is ${found.typeOf(tensor)}, expected ${facts.dtype}`);
  const { shape, data } = await found.get(tensor);
  if (shape.join() !== facts.shape.join())
    return report.failure(label, `has the shape [${shape.join(', ')}], expected [${facts.shape.join(', ')}]`);
  let [sum, absolute] = [0, 0];
  for (const value of data) {
    sum += value;
    absolute += Math.abs(value);
  }
  // Sums of float64 in another order.
  const rounding = 1e-9 * Math.max(1, facts.abs_sum);
  report.values(`${label} (sums)`, [sum, absolute], [facts.sum, facts.abs_sum], rounding);
}
