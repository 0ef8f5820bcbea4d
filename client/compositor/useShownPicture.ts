import { onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { ShownPicture } from './cutoutPicture.ts';

/** A picture that is loaded again when what it is made of changes; `failed` says when that cannot be. */
export function useShownPicture(
  inputs: () => readonly unknown[],
  load: () => Promise<ShownPicture | undefined>,
  failed: Ref<boolean>,
): Readonly<ShallowRef<ShownPicture | undefined>> {
  const shown = shallowRef<ShownPicture>();
  let attempt = 0;
  const replace = (next: ShownPicture | undefined): void => {
    release(shown.value);
    shown.value = next;
  };
  const reload = async (): Promise<void> => {
    const mine = ++attempt;
    failed.value = false;
    const loaded = await load().catch(() => null);
    if (mine !== attempt) return release(loaded ?? undefined);
    failed.value = loaded === null;
    replace(loaded ?? undefined);
  };
  watch(
    () => JSON.stringify(inputs()),
    () => void reload(),
    { immediate: true },
  );
  onBeforeUnmount(() => {
    attempt++;
    replace(undefined);
  });
  return shown;
}

function release(shown: ShownPicture | undefined): void {
  if (shown?.url.startsWith('blob:')) URL.revokeObjectURL(shown.url);
}
