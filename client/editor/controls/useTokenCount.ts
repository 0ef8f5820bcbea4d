import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import type { CountTokens, TokenCount } from '../../../server/protocol/tokens.ts';

/** Of typing: the server is asked in its pauses. */
const PAUSE_MS = 250;

/**
 * The tokens of a prompt, counted in the pauses of typing. Until the next count is there the last one stays; undefined
 * before the first, while nobody can be asked, and where there is nothing to count.
 */
export function useTokenCount(
  request: () => CountTokens | undefined,
  count: (request: CountTokens) => Promise<TokenCount>,
): Readonly<ShallowRef<TokenCount | undefined>> {
  const counted = shallowRef<TokenCount>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const turn = ++asked;
    const what = request();
    const answer = what && (await count(what).catch(() => undefined));
    if (turn === asked) counted.value = answer;
  };
  watch(
    () => JSON.stringify(request()),
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), PAUSE_MS);
    },
  );
  onScopeDispose(() => clearTimeout(timer));
  void ask();
  return counted;
}
