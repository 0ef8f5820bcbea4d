import { type ComputedRef, computed, onScopeDispose, ref, watch } from 'vue';

/** Whole seconds since a moment (ISO 8601), counted on for as long as there is one. */
export function useSecondsSince(moment: () => string | undefined): ComputedRef<number | undefined> {
  const now = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = (): void => {
    now.value = Date.now();
  };
  const start = computed(moment);
  watch(
    () => start.value === undefined,
    (isOver) => {
      clearInterval(timer);
      tick();
      if (!isOver) timer = setInterval(tick, 1000);
    },
    { immediate: true },
  );
  onScopeDispose(() => clearInterval(timer));
  return computed(() =>
    // A clock of the server's that runs ahead must not count backwards.
    start.value === undefined
      ? undefined
      : Math.max(0, Math.floor((now.value - Date.parse(start.value)) / 1000)),
  );
}
