import type { AttentionLayer } from './denoiser.ts';
import { SamplingError } from './samplingError.ts';

/**
 * Self-attention layers by name, in the model's order, each once. Understands, separated by commas or spaces:
 * `6` and `output.6` (output blocks, as StyleID counts them), `input.1`, `middle`, ranges `6-11`, `output.6-11`,
 * `input.1-4` (which take what exists between their ends), `all`, and `styleid`: the output blocks at the two finest
 * sizes that have self-attention, which are 6 to 11 in Stable Diffusion, those that the authors use.
 * Throws SamplingError `bad-layers` that lists what exists.
 */
export function selectAttentionLayers(text: string, available: readonly AttentionLayer[]): string[] {
  const ids = available.map((layer) => layer.id);
  const wanted = new Set<string>();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const found = part === 'styleid' ? styleIdLayers(available) : layersOf(part, ids);
    if (found.length === 0) throw unknownLayer(part, ids);
    for (const id of found) wanted.add(id);
  }
  if (wanted.size === 0) {
    throw new SamplingError('bad-layers', `No attention layer is named. ${whatExists(ids)}`);
  }
  return ids.filter((id) => wanted.has(id));
}

function layersOf(part: string, ids: readonly string[]): string[] {
  if (part === 'all') return [...ids];
  if (ids.includes(part)) return [part];
  const match = /^(?:(input|output)\.)?(\d{1,4})(?:-(?:(?:input|output)\.)?(\d{1,4}))?$/.exec(part);
  if (!match) return [];
  const [, side = 'output', first, last = first] = match;
  return ids.filter((id) => {
    const [block, index] = id.split('.');
    return block === side && Number(index) >= Number(first) && Number(index) <= Number(last);
  });
}

function styleIdLayers(available: readonly AttentionLayer[]): string[] {
  const outputs = available.filter((layer) => layer.id.startsWith('output.'));
  const sizes = [...new Set(outputs.map((layer) => layer.downscale))].sort((a, b) => a - b);
  const finest = new Set(sizes.slice(0, 2));
  return outputs.filter((layer) => finest.has(layer.downscale)).map((layer) => layer.id);
}

function unknownLayer(part: string, ids: readonly string[]): SamplingError {
  return new SamplingError(
    'bad-layers',
    `There is no self-attention layer "${part.slice(0, 40)}". ${whatExists(ids)}`,
  );
}

function whatExists(ids: readonly string[]): string {
  return ids.length > 0
    ? `This model has ${ids.join(', ')}; write for example 6,7,8 or 6-11 for output blocks, styleid or all.`
    : `This model has no self-attention layers.`;
}
