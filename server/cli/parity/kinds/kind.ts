import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import type { GoldenCase } from '../goldenCase.ts';
import type { ExposedValues } from '../../../../models/catalog/openParts.ts';
import type { ParityModels } from '../parityModels.ts';
import type { ParityReport } from '../parityReport.ts';

export interface KindRun {
  readonly golden: GoldenCase;
  readonly report: ParityReport;
  readonly models: ParityModels;
  /** Opens the model that a `weights` text names; another case may hand in the same weights in another layout. */
  model(weights: unknown, expose?: ExposedValues): Promise<OpenedDiffusionModel>;
}

/** Runs one case through the product's code and fills its report. Throws for a case that cannot be run at all. */
export type Kind = (run: KindRun) => Promise<void>;

/** The weights that apply to a file of a case: its own, else the case's. */
export function weightsOf(golden: GoldenCase, file: string): unknown {
  const about = golden.about(file);
  const own =
    typeof about === 'object' && about !== null ? (about as { weights?: unknown }).weights : undefined;
  return own ?? golden.json['weights'];
}
