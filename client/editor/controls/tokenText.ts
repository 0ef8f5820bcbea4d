import type { TokenCount } from '../../../server/protocol/tokens.ts';
import { editorTexts } from '../editorTexts.ts';

export interface TokenText {
  readonly text: string;
  /** Whether words are cut off. */
  readonly tooLong: boolean;
}

/** How long a prompt is, start and end of each piece included; and what of it is lost. */
export function tokenText({ words, room, pieces, lost, cut }: TokenCount): TokenText {
  const limit = (room + 2) * pieces;
  const count = words + 2 * pieces;
  if (lost > 0) return { text: editorTexts.tokensCut(count, limit, cut), tooLong: true };
  return { text: editorTexts.tokens(count, limit, pieces), tooLong: false };
}
