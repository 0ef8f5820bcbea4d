import type { Kind, KindRun } from '../kind.ts';
import { weightsOf } from '../kind.ts';
import { tensorGroups } from '../tensorGroups.ts';
import type { GoldenTensors } from '../../goldenTensors.ts';

/**
 * `paint-by-example/author/clip-vision`: `pixel_values` through CLIP's image encoder give `pooler_output`, `embeddings`
 * and `hidden_states.N`, of which the last is `last_hidden_state`.
 */
export const clipVision: Kind = async (run) => {
  for (const file of await run.golden.tensorFiles())
    for (const group of tensorGroups(file.names, 'pixel_values')) await compareGroup(run, file, group);
};

async function compareGroup(
  { golden, report, model }: KindRun,
  file: GoldenTensors,
  { prefix, names }: { prefix: string; names: string[] },
): Promise<void> {
  const weights = weightsOf(golden, file.file);
  const layers = (await model(weights)).parts.vision?.config.layers ?? 0;
  const last = `hidden_states.${layers}`;
  const valueOf = (name: string): string => {
    const inner = name.slice(prefix.length);
    if (inner === 'pooler_output') return 'class_token';
    return inner === 'last_hidden_state' ? last : inner;
  };
  const shown = names.filter((name) => /^(?:embeddings|hidden_states\.\d+)$/.test(valueOf(name)));
  const { vision } = await model(weights, { vision: [...new Set(shown.map(valueOf))] });
  if (!vision) throw new Error('the weights hold no image encoder');
  const found = await vision.encodeExposing(await file.get(`${prefix}pixel_values`));
  for (const name of names) {
    const value = found.get(valueOf(name));
    if (value)
      report.tensor(`${file.file}: ${name}`, value, await file.get(name), golden.tolerance.for(name));
  }
}
