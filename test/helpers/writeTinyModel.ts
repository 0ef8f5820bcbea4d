import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAutoencoderConfig } from '../../models/architectures/autoencoderConfig.ts';
import { autoencoderDecoder, autoencoderEncoder } from '../../models/architectures/autoencoderKL.ts';
import { unet2dCondition } from '../../models/architectures/unet2dCondition.ts';
import { parseUNetConfig } from '../../models/architectures/unetConfig.ts';
import type { Graph } from '../../models/graph/graph.ts';
import { TorchGenerator } from '../../models/sampling/torchGenerator.ts';
import { elementCount } from '../../models/tensor/tensor.ts';
import type { Parameters } from '../../models/weights/parameters.ts';

type Shapes = Map<string, readonly number[]>;

const unetJson = {
  block_out_channels: [32, 32, 32, 32],
  layers_per_block: 2,
  attention_head_dim: 2,
  cross_attention_dim: 8,
};
const vaeJson = { block_out_channels: [32, 32, 32, 32], layers_per_block: 1, latent_channels: 4 };

/** Writes a model of Stable Diffusion's topology with small random weights (diffusers layout): downscale 8, 4 channels. */
export async function writeTinyModel(folder: string): Promise<void> {
  const unet = parseUNetConfig(unetJson, 'unet/config.json');
  const vae = parseAutoencoderConfig(vaeJson, 'vae/config.json');
  const size = { height: 8, width: 8 };
  const unetShapes = shapesOf((how) => unet2dCondition({ ...how, ...size, config: unet }));
  const vaeShapes = new Map([
    ...shapesOf((how) => autoencoderEncoder({ ...how, config: vae, height: 64, width: 64 })),
    ...shapesOf((how) => autoencoderDecoder({ ...how, ...size, config: vae })),
  ]);
  await writePart(join(folder, 'unet'), unetJson, unetShapes);
  await writePart(join(folder, 'vae'), vaeJson, vaeShapes);
}

/** Builds the graph for nothing but the names and shapes of its weights. */
function shapesOf(build: (how: { parameters: Parameters; attention: 'plain' }) => Graph): Shapes {
  const shapes: Shapes = new Map();
  const parameters: Parameters = {
    value: (graph, name, shape) => {
      shapes.set(name, shape);
      const known = graph.initializers.get(name);
      const data = { kind: 'memory', bytes: new Uint8Array(0) } as const;
      return known?.value ?? graph.initializer(name, { shape, dtype: 'float32' }, data);
    },
  };
  build({ parameters, attention: 'plain' });
  return shapes;
}

async function writePart(folder: string, config: object, shapes: Shapes): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'diffusion_pytorch_model.safetensors'), safetensors(shapes));
}

/** Weights scaled to keep the variance; norms are 1 and biases 0. */
function safetensors(shapes: Shapes): Uint8Array {
  const generator = new TorchGenerator(1);
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, shape] of shapes) {
    const fanIn = elementCount(shape.slice(1));
    const norm = shape.length === 1 && name.endsWith('.weight');
    const values = new Float32Array(elementCount(shape)).fill(norm ? 1 : 0);
    if (shape.length > 1) values.set(generator.randn(shape).data.map((value) => value / Math.sqrt(fanIn)));
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
    parts.push(new Uint8Array(values.buffer));
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8, ' '));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}
