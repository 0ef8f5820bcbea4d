import { attentionHooks } from './attentionHooks.ts';
import { clipText } from './clipText.ts';
import { containers } from './containers.ts';
import { diffusers } from './diffusers.ts';
import { estimator } from './deepPainterly/estimator.ts';
import { masks } from './deepPainterly/masks.ts';
import { passOne } from './deepPainterly/passOne.ts';
import { passTwo } from './deepPainterly/passTwo.ts';
import { postProcess } from './deepPainterly/postProcess.ts';
import { torch7Resize } from './deepPainterly/torch7Resize.ts';
import { vggFeatures } from './deepPainterly/vggFeatures.ts';
import { ddim } from './ddim.ts';
import { e2e } from './e2e.ts';
import { optimisers } from './deepPainterly/optimisers.ts';
import { authorE2e } from './paintByExample/authorE2e.ts';
import { clipVision } from './paintByExample/clipVision.ts';
import { diffusersE2e } from './paintByExample/diffusersE2e.ts';
import { mapper } from './paintByExample/mapper.ts';
import { metrics } from './paintByExample/metrics.ts';
import { preprocessing } from './paintByExample/preprocessing.ts';
import { trainingAugmentation } from './paintByExample/trainingAugmentation.ts';
import { trainingLoss } from './paintByExample/trainingLoss.ts';
import { unet9 } from './paintByExample/unet9.ts';
import { images } from './images.ts';
import type { Kind } from './kind.ts';
import { noise } from './noise.ts';
import { adapter } from './phdiffusion/adapter.ts';
import { def } from './phdiffusion/def.ts';
import { e2e as harmonise } from './phdiffusion/e2e.ts';
import { trainingStep } from './phdiffusion/trainingStep.ts';
import { unetWithDef } from './phdiffusion/unetWithDef.ts';
import { pndm } from './pndm.ts';
import { schedules } from './schedules.ts';
import { styleIdDiffusers } from './styleIdDiffusers.ts';
import { tokenizer } from './tokenizer.ts';
import { unet } from './unet.ts';
import { vae } from './vae.ts';

/** The kinds of golden cases that Impasto can be held against. */
export const kinds: Readonly<Record<string, Kind>> = {
  'deep-painterly-harmonization/optimisers': optimisers,
  'deep-painterly-harmonization/estimator': estimator,
  'deep-painterly-harmonization/masks': masks,
  'deep-painterly-harmonization/pass1': passOne,
  'deep-painterly-harmonization/pass2': passTwo,
  'deep-painterly-harmonization/post-process': postProcess,
  'deep-painterly-harmonization/torch7-resize': torch7Resize,
  'deep-painterly-harmonization/vgg-features': vggFeatures,
  'diffusionclip/tokenizer': tokenizer,
  'metrics/containers': containers,
  'noise/torch-cpu-randn': noise,
  'paint-by-example/author/clip-vision': clipVision,
  'paint-by-example/author/mapper': mapper,
  'paint-by-example/author/training-loss': trainingLoss,
  'paint-by-example/author/unet9': unet9,
  'paint-by-example/author/e2e': authorE2e,
  'paint-by-example/diffusers/e2e': diffusersE2e,
  'paint-by-example/container': containers,
  'paint-by-example/metrics': metrics,
  'paint-by-example/preprocessing': preprocessing,
  'paint-by-example/schedules': schedules,
  'paint-by-example/training-augmentation': trainingAugmentation,
  'phdiffusion/adapter': adapter,
  'phdiffusion/def': def,
  'phdiffusion/e2e': harmonise,
  'phdiffusion/pndm': pndm,
  'phdiffusion/training-step': trainingStep,
  'phdiffusion/unet-with-def': unetWithDef,
  'styleid/attn-hooks': attentionHooks,
  'styleid/clip-text': clipText,
  'styleid/ddim': ddim,
  'styleid/diffusers': diffusers,
  'styleid/e2e': e2e,
  'styleid/e2e-from-ckpt': e2e,
  'styleid/images': images,
  'styleid/styleid-diffusers': styleIdDiffusers,
  'styleid/unet': unet,
  'styleid/vae': vae,
};
