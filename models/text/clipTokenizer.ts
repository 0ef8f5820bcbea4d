import { Tokenizer } from '@huggingface/tokenizers';
import { decode as unescapeHtml } from 'html-entities';
import { ModelError } from '../architectures/modelError.ts';
import type { ClipVocabulary } from './clipVocabulary.ts';

const START = '<|startoftext|>';
const END = '<|endoftext|>';

/** Text to CLIP's tokens and back. */
export interface ClipTokenizer {
  readonly start: number;
  readonly end: number;
  readonly padding: number;
  /** Token numbers of a text, without start, end and padding. */
  encode(text: string): number[];
  /** About the text that the tokens came from: lower-case, single blanks. */
  decode(tokens: readonly number[]): string;
}

/**
 * Byte-pair encoding as CLIP's authors do it (openai/CLIP, simple_tokenizer.py): HTML entities resolved twice, white
 * space collapsed, lower-case, Unicode composed. Throws ModelError `config` for a vocabulary without start and end.
 */
export function clipTokenizer({ vocabulary, merges, padding }: ClipVocabulary): ClipTokenizer {
  const { [START]: start, [END]: end } = vocabulary;
  if (start === undefined || end === undefined)
    throw new ModelError('config', `The tokenizer's vocabulary has no ${START} and ${END}`);
  const tokenizer = new Tokenizer(description(vocabulary, merges), {});
  return {
    start,
    end,
    padding: padding ?? end,
    encode: (text) =>
      tokenizer.encode(unescapeHtml(unescapeHtml(text)).trim(), { add_special_tokens: false }).ids,
    decode: (tokens) => (tokens.length === 0 ? '' : tokenizer.decode([...tokens]).trim()),
  };
}

/** What a `tokenizer.json` of CLIP says. */
function description(vocab: ClipVocabulary['vocabulary'], merges: ClipVocabulary['merges']): object {
  const pieces = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: pieces }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: null,
    decoder: {
      type: 'Sequence',
      // A blank in the byte alphabet.
      decoders: [{ type: 'Replace', pattern: { String: '</w>' }, content: '\u0120' }, { type: 'ByteLevel' }],
    },
    model: {
      type: 'BPE',
      unk_token: END,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab,
      merges,
    },
  };
}
