import type { Tensor } from '../tensor/tensor.ts';

/**
 * The context that says nothing, `[1, tokens, dim]`, computed once by what the model has for it (a text encoder, of the
 * empty prompt); one token of zeros for a model that has nothing.
 */
export function emptyContext(
  own: (() => Promise<Tensor>) | undefined,
  { dim, afterwards }: { readonly dim: number; afterwards(): Promise<void> },
): () => Promise<Tensor> {
  let context: Promise<Tensor> | undefined;
  const compute = async (): Promise<Tensor> => {
    if (!own) return { shape: [1, 1, dim], data: new Float32Array(dim) };
    const made = await own();
    await afterwards();
    return made;
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
