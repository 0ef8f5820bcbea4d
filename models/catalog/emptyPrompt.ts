import type { Tensor } from '../tensor/tensor.ts';
import type { TextEncoder } from '../text/textEncoder.ts';

/**
 * The context of the empty prompt, `[1, tokens, dim]`, computed once: by the text encoder, or one token of zeros for a
 * model without one.
 */
export function emptyPromptContext(
  text: TextEncoder | undefined,
  { dim, afterwards }: { readonly dim: number; afterwards(): Promise<void> },
): () => Promise<Tensor> {
  let context: Promise<Tensor> | undefined;
  const compute = async (): Promise<Tensor> => {
    if (!text) return { shape: [1, 1, dim], data: new Float32Array(dim) };
    const { conditioning } = await text.encode('');
    await afterwards();
    return conditioning;
  };
  return () => {
    context ??= compute().catch((error: unknown) => {
      // A failure (no memory for the session, say) may pass: the next call tries again.
      context = undefined;
      throw error;
    });
    return context;
  };
}
