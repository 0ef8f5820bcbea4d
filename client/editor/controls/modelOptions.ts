import type { ModelSummary } from '../../../server/protocol/models.ts';
import type { ModelReference } from '../../../workflows/schema/modelReference.ts';
import type { ModelNeed } from '../../../workflows/schema/modelUses.ts';
import { resolveModel } from '../../../workflows/schema/resolveModel.ts';
import { misfit } from '../core/modelFit.ts';
import { editorTexts } from '../editorTexts.ts';

export interface ModelOption {
  readonly value: string;
  readonly title: string;
  readonly disabled: boolean;
}

/** What a node's model can be chosen from: all that are here, those that do not fit with the reason, and its own. */
export function modelOptions(
  models: readonly ModelSummary[],
  {
    value,
    need,
    reference,
  }: {
    readonly value: string;
    readonly need: ModelNeed;
    /** What the workflow says of its own model. */
    readonly reference: ModelReference | undefined;
  },
): ModelOption[] {
  const options = models.map((model): ModelOption => {
    const why = misfit(model, need, models);
    const reason = why && editorTexts.modelMisfit[why];
    const title = reason === undefined ? model.title : editorTexts.modelUnfit(model.title, reason);
    return { value: model.name, title, disabled: why !== undefined && model.name !== value };
  });
  // Those that can be chosen first; the built-in one stays on top.
  const sorted = [
    ...options.filter(({ disabled }) => !disabled),
    ...options.filter(({ disabled }) => disabled),
  ];
  if (models.some(({ name }) => name === value)) return sorted;
  if (value === '') return [{ value, title: editorTexts.modelNone, disabled: false }, ...sorted];
  const found = resolveModel(value, reference, models);
  const title =
    found.kind === 'elsewhere'
      ? editorTexts.modelElsewhere(models.find(({ name }) => name === found.name)!.title, value)
      : editorTexts.modelMissing(reference?.title ?? value);
  return [{ value, title, disabled: false }, ...sorted];
}
