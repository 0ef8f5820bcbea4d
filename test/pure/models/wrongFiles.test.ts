import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClipTextConfig } from '../../../models/architectures/clipTextConfig.ts';
import { ModelError } from '../../../models/architectures/modelError.ts';
import { describeParts } from '../../../models/catalog/recognition/describeParts.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import type { WeightSource } from '../../../models/weights/weightSource.ts';
import { WeightsError } from '../../../models/weights/weightsError.ts';
import { goldenShapes, hasShapes, shaped } from '../../helpers/shapedWeights.ts';

describe('files made to be wrong', () => {
  const words =
    'model.diffusion_model first_stage_model encoder decoder down_blocks up_blocks mid_block down up ' +
    'block resnets attentions transformer_blocks attn2 to_k conv1 conv_in input_blocks output_blocks ' +
    'out op text_model embeddings token_embedding layers transformer resblocks in_proj_weight ' +
    'proj_in weight bias 0 1 2 7 9999999999 position_embedding self_attn mlp fc1 quant_conv ' +
    '__proto__ constructor';
  const piece = fc.constantFrom('', ...words.split(' '));
  const name = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join('.'));
  const shape = fc.array(fc.oneof(fc.integer({ min: 0, max: 64 }), fc.constantFrom(2 ** 31, 2 ** 52)), {
    maxLength: 5,
  });
  const outcome = (source: WeightSource): unknown => {
    try {
      return describeParts(singleFileParts(source)).parts.length > 0;
    } catch (error) {
      return error instanceof ModelError || error instanceof WeightsError || error;
    }
  };

  it('get a sentence', () => {
    const file = fc.array(fc.tuple(name, shape), { maxLength: 30 });
    fc.assert(
      fc.property(file, (tensors) => {
        expect(outcome(shaped(tensors))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.runIf(hasShapes)('get a sentence when they were right but for a few tensors', () => {
    const published = [...goldenShapes('styleid/keys-sd-v1-4-ldm-single-file.json')];
    const change = fc.tuple(fc.nat(published.length - 1), fc.option(shape), fc.option(name));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
        const tensors = new Map(published);
        for (const [at, other, renamed] of changes) {
          tensors.delete(published[at]![0]);
          if (other) tensors.set(renamed ?? published[at]![0], other);
        }
        expect(outcome(shaped(tensors))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('may have more blocks than any network, and names of any length', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `down_blocks.${i}.resnets.0.conv1.weight`);
    const tensors = many.map((block) => [block, [1, 1, 3, 3]] as [string, number[]]);
    expect(outcome(shaped(tensors))).toBe(true);
    const long = [[`down_blocks.0.resnets.0.${'x'.repeat(1e6)}`, [1]]] as [string, number[]][];
    expect(() => singleFileParts(shaped(long))).toThrow(/^[^]{1,3000}$/);
    const config = { num_hidden_layers: 1e9 };
    expect(() => parseClipTextConfig(config, 'f')).toThrow('f: num_hidden_layers is 1000000000');
  });
});
