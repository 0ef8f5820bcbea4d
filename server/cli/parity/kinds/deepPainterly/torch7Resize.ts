import { mapChannels } from '../../../../../models/painterly/plane.ts';
import { gaussianKernel, smooth } from '../../../../../models/painterly/smooth.ts';
import {
  torch7Bilinear,
  torch7FittedSize,
  torch7Nearest,
} from '../../../../../models/painterly/torch7Resize.ts';
import type { Tensor } from '../../../../../models/tensor/tensor.ts';
import type { Kind } from '../kind.ts';

/**
 * `deep-painterly-harmonization/torch7-resize`: `src` brought to the sizes that the other tensors' names state
 * (`bilinear_w29_h20`, `simple_w9_h7`, `bilinear_max24`), smoothed, and the kernel for it.
 */
export const torch7Resize: Kind = async ({ golden, report }) => {
  for (const file of await golden.tensorFiles()) {
    const source = await file.get('src');
    for (const name of file.names) {
      const found = madeOf(name, source);
      if (found) report.tensor(name, found, await file.get(name), golden.tolerance.for(name));
    }
  }
};

function madeOf(name: string, source: Tensor): Tensor | undefined {
  const [, mode, w, h, longest] = /^(bilinear|simple)_(?:w(\d+)_h(\d+)|max(\d+))$/.exec(name) ?? [];
  if (mode) {
    const [height = 0, width = 0] = source.shape.slice(-2);
    const size = longest
      ? torch7FittedSize({ width, height }, Number(longest))
      : { width: Number(w), height: Number(h) };
    const resize = mode === 'simple' ? torch7Nearest : torch7Bilinear;
    return mapChannels(source, (channel) => resize(channel, size));
  }
  const kernelSize = Number(/^gaussian(\d+)$/.exec(name)?.[1]);
  if (kernelSize) {
    const kernel = gaussianKernel(kernelSize, 3 * kernelSize);
    const data = Float32Array.from({ length: kernelSize ** 2 }, (_, i) => {
      return kernel[i % kernelSize]! * kernel[Math.floor(i / kernelSize)]!;
    });
    return { shape: [kernelSize, kernelSize], data };
  }
  return name === 'src_smoothed'
    ? mapChannels(source, (channel) => smooth(channel, gaussianKernel(7, 21)))
    : undefined;
}
