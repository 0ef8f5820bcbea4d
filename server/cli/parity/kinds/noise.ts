import { TorchGenerator } from '../../../../models/sampling/torchGenerator.ts';
import type { Kind } from './kind.ts';

interface Entry {
  readonly tensor: string;
  readonly seed: string | number;
  readonly shape: readonly number[];
  /** Draws from a fresh generator, of which the last is the tensor. */
  readonly calls?: number;
  /** Consecutive draws from one generator: `first` makes it. */
  readonly sequence?: string;
}

/** `noise/torch-cpu-randn`: torch.randn with a seeded CPU generator. */
export const noise: Kind = async ({ golden, report }) => {
  const files = await golden.tensorFiles();
  const entries = (golden.json['entries'] ?? []) as readonly Entry[];
  let generator = new TorchGenerator(0);
  let last: Entry | undefined;
  for (const entry of entries) {
    const goesOn = entry.sequence && entry.sequence !== 'first' && last?.sequence && last.seed === entry.seed;
    if (!goesOn) generator = new TorchGenerator(BigInt(entry.seed));
    for (let call = 1; call < (entry.calls ?? 1); call++) generator.randn(entry.shape);
    const drawn = generator.randn(entry.shape);
    last = entry;
    const file = files.find((candidate) => candidate.has(entry.tensor));
    if (!file) report.failure(entry.tensor, 'is in none of the files');
    else
      report.tensor(
        entry.tensor,
        drawn,
        await file.get(entry.tensor),
        golden.tolerance.for(entry.tensor, 'max_abs'),
      );
  }
};
