import type { AdaptiveEncoderConfig, FusionConfig } from '../../architectures/adapterConfig.ts';
import type { AutoencoderConfig } from '../../architectures/autoencoderConfig.ts';
import type { UNetConfig } from '../../architectures/unetConfig.ts';
import type { VggConfig } from '../../architectures/vggConfig.ts';
import type { Network } from '../../catalog/modelParts.ts';
import type { WeightSource } from '../../weights/weightSource.ts';

/** What PHDiffusion's adapter is trained with. */
export interface HarmonyNetworks {
  readonly unet: Network<UNetConfig>;
  readonly autoencoder: Network<AutoencoderConfig>;
  /** The two that are trained. */
  readonly encoder: Network<AdaptiveEncoderConfig>;
  readonly fusion: Network<FusionConfig>;
  /** vgg_normalised. */
  readonly vgg: Network<VggConfig>;
  /** The contrastive loss's projection: `0.weight`, `0.bias`, `2.weight`, `2.bias`; its authors never trained it. */
  readonly head: WeightSource;
}

export interface HarmonyShape {
  /** Whether the adaptive encoder's blocks are residual. */
  readonly residual: boolean;
  readonly rows: number;
  /** Of the pictures, in pixels. */
  readonly height: number;
  readonly width: number;
  /** Paintings of another style, for each row. */
  readonly others: number;
  readonly contextTokens: number;
}
