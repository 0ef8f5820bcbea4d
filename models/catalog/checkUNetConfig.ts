import { ModelError } from '../architectures/modelError.ts';
import type { UNetConfig } from '../architectures/unetConfig.ts';
import type { Network } from './modelParts.ts';

/**
 * Compares the fields of a UNet's configuration with the tensors that show them, so that a wrong config.json is called
 * that, and not three hundred misshaped tensors. Throws ModelError `contradiction` naming field and tensor.
 */
export function checkUNetConfig({ config, weights }: Network<UNetConfig>): void {
  const compare = (field: string, value: number, at: { tensor: string; axis: number }): void => {
    const shape = weights.tensors.get(at.tensor)?.shape;
    if (!shape || shape[at.axis] === value) return;
    const found = `the tensor ${at.tensor} of ${weights.title} has the shape [${shape.join(', ')}]`;
    throw new ModelError('contradiction', `The configuration says ${field} is ${value}, but ${found}`);
  };
  compare('in_channels', config.inChannels, { tensor: 'conv_in.weight', axis: 1 });
  compare('out_channels', config.outChannels, { tensor: 'conv_out.weight', axis: 0 });
  for (const [level, channels] of config.blockOutChannels.entries()) {
    const block = `down_blocks.${level}`;
    compare(`block_out_channels[${level}]`, channels, { tensor: `${block}.resnets.0.conv1.weight`, axis: 0 });
    const key = `${block}.attentions.0.transformer_blocks.0.attn2.to_k.weight`;
    compare('cross_attention_dim', config.crossAttentionDim, { tensor: key, axis: 1 });
    const heads = config.heads[level]!;
    if (channels % heads !== 0) {
      const message = `The configuration says attention_head_dim is ${heads}, which does not divide the ${channels} channels of level ${level}`;
      throw new ModelError('contradiction', message);
    }
  }
  checkPresence({ config, weights });
}

/** Blocks that the weights have and the configuration does not know of, or the other way round. */
function checkPresence({ config, weights }: Network<UNetConfig>): void {
  const levels = config.blockOutChannels.length;
  const expect = (field: string, name: string, present: boolean): void => {
    if (weights.tensors.has(name) === present) return;
    const verb = present ? 'lacks' : 'has';
    throw new ModelError(
      'contradiction',
      `The configuration's ${field} does not fit ${weights.title}, which ${verb} ${name}`,
    );
  };
  expect('block_out_channels', `down_blocks.${levels - 1}.resnets.0.conv1.weight`, true);
  expect('block_out_channels', `down_blocks.${levels}.resnets.0.conv1.weight`, false);
  expect('layers_per_block', `down_blocks.0.resnets.${config.layersPerBlock - 1}.conv1.weight`, true);
  expect('layers_per_block', `down_blocks.0.resnets.${config.layersPerBlock}.conv1.weight`, false);
  for (let level = 0; level < levels; level++) {
    const down = `down_blocks.${level}.attentions.0.proj_in.weight`;
    const up = `up_blocks.${levels - 1 - level}.attentions.0.proj_in.weight`;
    expect('down_block_types', down, config.downAttention[level]!);
    expect('up_block_types', up, config.upAttention[level]!);
  }
}
