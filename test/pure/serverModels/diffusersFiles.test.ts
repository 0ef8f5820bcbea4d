import { expect, it } from 'vitest';
import { diffusersFiles } from '../../../server/models/diffusersFiles.ts';

const unet = (name: string) => `unet/${name}`;

it('takes one form of the weights: exact before half precision, safetensors before pickles', () => {
  const all = [
    'config.json',
    'diffusion_pytorch_model.bin',
    'diffusion_pytorch_model.safetensors',
    'diffusion_pytorch_model.fp16.safetensors',
    'diffusion_pytorch_model.non_ema.safetensors',
    'flax_model.msgpack',
  ].map(unet);
  expect(diffusersFiles(all)).toEqual(['unet/config.json', 'unet/diffusion_pytorch_model.safetensors']);
  expect(diffusersFiles(all, { half: true })).toContain('unet/diffusion_pytorch_model.fp16.safetensors');
  expect(diffusersFiles([unet('config.json'), unet('diffusion_pytorch_model.fp16.bin')])).toHaveLength(2);
});

it('takes all shards with their index', () => {
  const shards = ['1', '2'].map((at) => unet(`diffusion_pytorch_model-0000${at}-of-00002.safetensors`));
  const index = unet('diffusion_pytorch_model.safetensors.index.json');
  expect(diffusersFiles([...shards, index, unet('diffusion_pytorch_model-x.safetensors')])).toEqual([
    ...shards,
    index,
  ]);
});

it('leaves out what is not used', () => {
  const others = ['README.md', 'safety_checker/model.safetensors', 'v1-5-pruned.ckpt', 'images/a.png'];
  const used = [
    'model_index.json',
    'scheduler/scheduler_config.json',
    'tokenizer/merges.txt',
    'tokenizer/vocab.json',
  ];
  expect(diffusersFiles([...others, ...used])).toEqual(used);
});
