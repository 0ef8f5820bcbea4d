import type { NodeDefinition } from './contract/node.ts';
import { invert } from './diffusion/invert.ts';
import { guidance } from './diffusion/guidance.ts';
import { loadAutoencoder } from './diffusion/loadAutoencoder.ts';
import { loadModel } from './diffusion/loadModel.ts';
import { loadTextEncoder } from './diffusion/loadTextEncoder.ts';
import { loadUnet } from './diffusion/loadUnet.ts';
import { prompt } from './diffusion/prompt.ts';
import { sample } from './diffusion/sample.ts';
import { composite } from './image/composite.ts';
import { adaptiveEncoder } from './harmonise/adaptiveEncoder.ts';
import { def } from './harmonise/def.ts';
import { dphPassOne } from './harmonise/dphPassOne.ts';
import { dphPassTwo } from './harmonise/dphPassTwo.ts';
import { dphPost } from './harmonise/dphPost.ts';
import { loadAdapter } from './harmonise/loadAdapter.ts';
import { maskedBlend } from './harmonise/maskedBlend.ts';
import { compareImages } from './image/compareImages.ts';
import { loadImage } from './image/loadImage.ts';
import { previewImage } from './image/previewImage.ts';
import { resizeImage } from './image/resizeImage.ts';
import { saveImage } from './image/saveImage.ts';
import { augmentExemplar } from './inpaint/augmentExemplar.ts';
import { bezierMask } from './inpaint/bezierMask.ts';
import { clipVisionEncode } from './inpaint/clipVisionEncode.ts';
import { exemplarConditioning } from './inpaint/exemplarConditioning.ts';
import { inpaintConditioning } from './inpaint/inpaintConditioning.ts';
import { loadExemplarModel } from './inpaint/loadExemplarModel.ts';
import { loadImageEncoder } from './inpaint/loadImageEncoder.ts';
import { pasteBack } from './inpaint/pasteBack.ts';
import { adain } from './latent/adain.ts';
import { addNoise } from './latent/addNoise.ts';
import { decode } from './latent/decode.ts';
import { emptyLatent } from './latent/emptyLatent.ts';
import { encode } from './latent/encode.ts';
import { noise } from './latent/noise.ts';
import { previewLatent } from './latent/previewLatent.ts';
import { statistics } from './latent/statistics.ts';
import { adjustMask } from './mask/adjustMask.ts';
import { autoMask } from './mask/autoMask.ts';
import { combineMasks } from './mask/combineMasks.ts';
import { drawMask } from './mask/drawMask.ts';
import { loadMask } from './mask/loadMask.ts';
import { previewMask } from './mask/previewMask.ts';
import { loadVgg } from './optimise/loadVgg.ts';
import { contentLoss } from './optimise/contentLoss.ts';
import { histogramLoss } from './optimise/histogramLoss.ts';
import { smoothnessLoss } from './optimise/smoothnessLoss.ts';
import { styleLoss } from './optimise/styleLoss.ts';
import { styleMatching } from './optimise/styleMatching.ts';
import { optimisePictureNode } from './optimise/optimisePictureNode.ts';
import { vggFeatures } from './optimise/vggFeatures.ts';
import { kvSwap } from './style/kvSwap.ts';
import { maskedAdain } from './style/maskedAdain.ts';
import { maskedAdainSteps } from './style/maskedAdainSteps.ts';
import { maskedKvSwap } from './style/maskedKvSwap.ts';
import { numberValue } from './values/numberValue.ts';
import { fineTune } from './train/fineTune.ts';
import { seedValue } from './values/seedValue.ts';
import { textValue } from './values/textValue.ts';

/** Every node type there is, in the order in which the palette shows them. A new node is one file and one line here. */
const definitions: readonly NodeDefinition[] = [
  loadImage,
  saveImage,
  previewImage,
  resizeImage,
  compareImages,
  composite,
  drawMask,
  loadMask,
  autoMask,
  adjustMask,
  combineMasks,
  previewMask,
  loadModel,
  loadUnet,
  loadAutoencoder,
  loadTextEncoder,
  prompt,
  guidance,
  invert,
  sample,
  encode,
  decode,
  noise,
  emptyLatent,
  addNoise,
  adain,
  previewLatent,
  statistics,
  kvSwap,
  maskedKvSwap,
  maskedAdain,
  maskedAdainSteps,
  loadAdapter,
  adaptiveEncoder,
  def,
  maskedBlend,
  loadExemplarModel,
  loadImageEncoder,
  clipVisionEncode,
  exemplarConditioning,
  inpaintConditioning,
  pasteBack,
  bezierMask,
  augmentExemplar,
  loadVgg,
  dphPassOne,
  dphPassTwo,
  dphPost,
  vggFeatures,
  styleMatching,
  contentLoss,
  styleLoss,
  histogramLoss,
  smoothnessLoss,
  optimisePictureNode,
  fineTune,
  numberValue,
  textValue,
  seedValue,
];

/** Node definitions by type. */
export const nodeRegistry: ReadonlyMap<string, NodeDefinition> = new Map(
  definitions.map((definition) => [definition.type, definition]),
);
