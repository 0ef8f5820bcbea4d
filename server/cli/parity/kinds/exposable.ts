import { autoencoderDecoder, autoencoderEncoder } from '../../../../models/architectures/autoencoderKL.ts';
import { unet2dCondition } from '../../../../models/architectures/unet2dCondition.ts';
import type { OpenedDiffusionModel } from '../../../../models/catalog/openDiffusionModel.ts';
import { GraphError } from '../../../../models/graph/graphError.ts';
import { parameters } from '../../../../models/weights/parameters.ts';

/** Those of the inner values' names that the model's UNet has. */
export function exposableInUNet({ parts }: OpenedDiffusionModel, paths: readonly string[]): string[] {
  const { config, weights } = parts.unet;
  return paths.filter((path) =>
    has(() =>
      unet2dCondition({
        parameters: parameters(weights),
        attention: 'plain',
        config,
        height: 8,
        width: 8,
        expose: [path],
      }),
    ),
  );
}

/** Those of the inner values' names that the model's encoder or decoder has. */
export function exposableInAutoencoder({ parts }: OpenedDiffusionModel, paths: readonly string[]): string[] {
  const { config, weights } = parts.autoencoder;
  const side = 8 * 2 ** (config.blockOutChannels.length - 1);
  return paths.filter((path) =>
    [autoencoderEncoder, autoencoderDecoder].some((build) =>
      has(() =>
        build({
          parameters: parameters(weights),
          attention: 'plain',
          config,
          height: side,
          width: side,
          expose: [path],
        }),
      ),
    ),
  );
}

function has(build: () => unknown): boolean {
  try {
    build();
    return true;
  } catch (error) {
    if (error instanceof GraphError && error.code === 'unknown-name') return false;
    throw error;
  }
}
