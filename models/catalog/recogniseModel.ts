import { stat } from 'node:fs/promises';
import { openWeightFile } from '../weights/openWeightFile.ts';
import { tinyAutoencoderWeights } from '../weights/tinyAutoencoderNames.ts';
import { adapterNetworks } from './adapterNetworks.ts';
import { diffusersParts } from './diffusersParts.ts';
import { vggWeights } from './vggWeights.ts';
import { describeNetwork } from './recognition/checkNetwork.ts';
import { describeParts, withoutArticle, type RecognisedModel } from './recognition/describeParts.ts';
import { findKnownFile, PHDIFFUSION_ADAPTER } from './recognition/knownFiles.ts';
import { singleFileParts } from './singleFileParts.ts';
import { isTinyAutoencoderFolder, TINY_AUTOENCODER } from './tinyAutoencoderFolder.ts';

const tiny: RecognisedModel = {
  role: 'preview-decoder',
  architecture: TINY_AUTOENCODER,
  parts: ['autoencoder'],
};

/**
 * Tells what a file or folder can be used as, from names, shapes and configurations alone: no weights are read and
 * nothing is run. Throws ModelError and WeightsError with a sentence that says what it looks like and what is wrong.
 */
export async function recogniseModel(path: string): Promise<RecognisedModel> {
  if ((await stat(path)).isDirectory())
    return (await isTinyAutoencoderFolder(path)) ? tiny : describeParts(await diffusersParts(path));
  const source = await openWeightFile(path);
  if (tinyAutoencoderWeights(source)) return tiny;
  const adapter = adapterNetworks(source);
  if (adapter) {
    const parts = ['adaptive encoder', 'fusion blocks'];
    const levels = adapter.encoder.config.levelChannels;
    return { role: 'adapter', architecture: PHDIFFUSION_ADAPTER, parts, levels };
  }
  const vgg = vggWeights(source);
  if (vgg) {
    const architecture = describeNetwork({ kind: 'vgg', config: vgg.config });
    return { role: 'vgg', architecture, parts: ['VGG'] };
  }
  const known = findKnownFile(source.tensors.keys());
  if (known?.role) return { role: known.role, architecture: withoutArticle(known.name), parts: [] };
  return describeParts(singleFileParts(source));
}
