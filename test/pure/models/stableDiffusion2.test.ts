import { describe, expect, it } from 'vitest';
import { parseClipTextConfig } from '../../../models/architectures/clipTextConfig.ts';
import { parseUNetConfig } from '../../../models/architectures/unetConfig.ts';
import { networkTensors } from '../../../models/catalog/networkTensors.ts';
import { describeParts } from '../../../models/catalog/recognition/describeParts.ts';
import { singleFileParts } from '../../../models/catalog/singleFileParts.ts';
import { prefixed, shaped } from '../../helpers/shapedWeights.ts';

describe('Stable Diffusion 2.x', () => {
  const unetConfig = parseUNetConfig(
    { cross_attention_dim: 1024, use_linear_projection: true, attention_head_dim: [5, 10, 20, 20] },
    'f',
  );
  const textConfig = parseClipTextConfig(
    {
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      intermediate_size: 4096,
      hidden_act: 'gelu',
    },
    'f',
  );
  const unet = () => prefixed('unet.', networkTensors({ kind: 'unet', config: unetConfig }));

  /** Names as open_clip has them: queries, keys and values in one tensor. */
  function openClip(): [string, readonly number[]][] {
    const names: [RegExp, string][] = [
      [/^text_model\.encoder\.layers\.(\d+)\.self_attn\.q_proj\./, 'transformer.resblocks.$1.attn.in_proj_'],
      [/^text_model\.encoder\.layers\.(\d+)\.self_attn\.out_proj/, 'transformer.resblocks.$1.attn.out_proj'],
      [/^text_model\.encoder\.layers\.(\d+)\.layer_norm(\d)/, 'transformer.resblocks.$1.ln_$2'],
      [/^text_model\.encoder\.layers\.(\d+)\.mlp\.fc1/, 'transformer.resblocks.$1.mlp.c_fc'],
      [/^text_model\.encoder\.layers\.(\d+)\.mlp\.fc2/, 'transformer.resblocks.$1.mlp.c_proj'],
      [/^text_model\.embeddings\.position_embedding\.weight/, 'positional_embedding'],
      [/^text_model\.embeddings\.token_embedding/, 'token_embedding'],
      [/^text_model\.final_layer_norm/, 'ln_final'],
    ];
    const found: [string, readonly number[]][] = [
      ['text_projection', [1024, 1024]],
      ['logit_scale', []],
    ];
    for (const [name, shape] of networkTensors({ kind: 'text', config: textConfig })) {
      const rule = names.find(([pattern]) => pattern.test(name));
      if (!rule) continue;
      const together = name.includes('q_proj');
      found.push([name.replace(...rule), together ? [shape[0]! * 3, ...shape.slice(1)] : shape]);
    }
    return found;
  }

  it("is told by its linear projections, and OpenCLIP's encoder read without its last layer", () => {
    const text = prefixed('cond_stage_model.model.', new Map(openClip()));
    const parts = singleFileParts(shaped([...unet(), ...text]));
    expect(describeParts(parts)).toEqual({
      role: 'unet',
      architecture: 'Stable Diffusion 2.x',
      parts: ['UNet', 'text encoder'],
      levels: [320, 640, 1280, 1280],
      trainSteps: 1000,
    });
    expect(parts.unet?.config.heads).toEqual([5, 10, 20, 20]);
    expect(parts.text?.config).toMatchObject({ layers: 23, heads: 16, activation: 'gelu', padding: 0 });
    const parted = parts.text?.weights.tensors.get('text_model.encoder.layers.3.self_attn.v_proj.weight');
    expect(parted?.shape).toEqual([1024, 1024]);
  });

  it('says what its UNet predicts only when the file does', () => {
    expect(singleFileParts(shaped(unet())).predictionType).toBeUndefined();
    const stated = new Map([['modelspec.prediction_type', 'v']]);
    expect(singleFileParts({ ...shaped(unet()), metadata: stated }).predictionType).toBe('v_prediction');
    expect(singleFileParts(shaped([...unet(), ['v_pred', []]])).predictionType).toBe('v_prediction');
    expect(singleFileParts(shaped(unet()), { predictionType: 'epsilon' }).predictionType).toBe('epsilon');
  });
});
