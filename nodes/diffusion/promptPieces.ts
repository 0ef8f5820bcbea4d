/** Pieces of 75 tokens in which a long prompt goes on; nobody writes more. */
const MOST = 16;

/** In how many pieces a prompt may reach the text encoder, by what its node does `If too long`. */
export function promptPieces(long: 'pieces' | 'cut'): number {
  return long === 'cut' ? 1 : MOST;
}
