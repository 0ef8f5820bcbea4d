import { posix } from 'node:path';

/** Of a diffusers repository, what Impasto reads: the parts' folders and what their configurations are called. */
const PARTS = ['', 'unet', 'vae', 'text_encoder', 'image_encoder'];
const SETTINGS = /^(config|scheduler_config|preprocessor_config|model_index)\.json$/;
const VOCABULARY = /^tokenizer\/(vocab\.json|merges\.txt|tokenizer_config\.json|special_tokens_map\.json)$/;
const PLACES = new Set([...PARTS, 'scheduler', 'feature_extractor']);

/** Whether a folder of that name in a diffusers folder holds what Impasto reads. */
export const isDiffusersFolder = (name: string): boolean => PLACES.has(name) || name === 'tokenizer';

/** Names that weights have, in order of preference: exact before half precision, safetensors before pickles. */
const STEMS = ['diffusion_pytorch_model', 'model', 'pytorch_model'];
const FULL = ['.safetensors', '.bin'];
const HALF = ['.fp16.safetensors', '.fp16.bin'];

/**
 * Which files of a diffusers folder belong to the model, given all their paths in it (with slashes): configurations,
 * the vocabulary, and of each part one form of its weights, whole or in shards. Sorted.
 */
export function diffusersFiles(paths: readonly string[], { half = false } = {}): string[] {
  const here = new Set(paths);
  const chosen = paths.filter((path) => {
    const { dir, base } = posix.parse(path);
    return VOCABULARY.test(path) || (PLACES.has(dir) && SETTINGS.test(base));
  });
  for (const part of PARTS) chosen.push(...partWeights(part, here, half));
  return [...new Set(chosen)].sort();
}

function partWeights(part: string, here: ReadonlySet<string>, half: boolean): string[] {
  // A whole pipeline's root has single-file checkpoints beside it that are not part of the folder.
  const at = (name: string) => (part === '' ? name : `${part}/${name}`);
  for (const ending of half ? [...HALF, ...FULL] : [...FULL, ...HALF]) {
    for (const stem of STEMS) {
      if (here.has(at(stem + ending))) return [at(stem + ending)];
      const shards = shardsOf(at(stem), ending, here);
      if (shards.length > 0) return shards;
    }
  }
  return [];
}

/** `model-00001-of-00002.safetensors`, ... and the index that lists them. */
function shardsOf(stem: string, ending: string, here: ReadonlySet<string>): string[] {
  const half = ending.startsWith('.fp16');
  const plain = half ? ending.slice('.fp16'.length) : ending;
  const index = half ? `${stem}${plain}.index.fp16.json` : `${stem}${plain}.index.json`;
  if (!here.has(index)) return [];
  const shard = new RegExp(`^-\\d{5}-of-\\d{5}${plain.replace('.', '\\.')}$`);
  const start = half ? `${stem}.fp16` : stem;
  return [...here]
    .filter((path) => path.startsWith(start) && shard.test(path.slice(start.length)))
    .concat(index);
}
