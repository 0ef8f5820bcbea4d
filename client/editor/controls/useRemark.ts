import { nextTick, ref, watch, type Ref } from 'vue';

const REMARK_MS = 10_000;

/**
 * Why a control's value is not what was typed: said once the value has been taken, until the next one, and not for
 * long.
 */
export function useRemark(value: () => unknown): {
  readonly remark: Readonly<Ref<string>>;
  readonly say: (text: string) => Promise<void>;
} {
  const remark = ref('');
  watch(value, () => (remark.value = ''));
  watch(remark, (now, _before, onCleanup) => {
    const timer = now ? setTimeout(() => (remark.value = ''), REMARK_MS) : undefined;
    onCleanup(() => clearTimeout(timer));
  });
  return {
    remark,
    async say(text) {
      await nextTick();
      remark.value = text;
    },
  };
}
