import { ModelError } from '../architectures/modelError.ts';
import type { DiffusionModel } from './diffusionModel.ts';

type Part = 'denoiser' | 'autoencoder' | 'text' | 'vision' | 'adapter' | 'vgg';

export type With<Model, Parts extends keyof Model> = Model & Required<Pick<Model, Parts>>;

const names: Readonly<Record<Part, string>> = {
  denoiser: 'UNet',
  autoencoder: 'autoencoder',
  text: 'text encoder',
  vision: 'image encoder',
  adapter: 'adaptive encoder',
  vgg: 'VGG',
};

/** Parts that one model only has: what to look for. */
const found: Readonly<Partial<Record<Part, string>>> = {
  vision: 'Paint by Example',
  adapter: "PHDiffusion's adapter",
  vgg: 'VGG-19',
};

/** The model, which has these parts. Throws ModelError `layout` naming the first that it lacks and those that it has. */
export function withParts<Model extends DiffusionModel, Parts extends Part>(
  model: Model,
  ...parts: readonly Parts[]
): With<Model, Parts> {
  const missing = parts.find((part) => !model[part]);
  if (missing === undefined) return model as With<Model, Parts>;
  const there = (Object.keys(names) as Part[]).filter((part) => model[part]).map((part) => names[part]);
  const held = new Intl.ListFormat('en-GB').format(there);
  const needed = found[missing] ? `; expected ${found[missing]}` : '';
  const message = `${model.title} has no ${names[missing]}: it holds ${held} only (${model.architecture})${needed}`;
  throw new ModelError('layout', message);
}
