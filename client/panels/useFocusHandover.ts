import { onBeforeUnmount, type Ref } from 'vue';

/** When a row of a list goes away that has the focus, the row beside it takes it. */
export function useFocusHandover(row: Readonly<Ref<HTMLElement | null>>): void {
  onBeforeUnmount(() => {
    if (!row.value?.contains(document.activeElement)) return;
    const item = row.value.closest('li');
    const beside = item?.nextElementSibling ?? item?.previousElementSibling;
    beside?.querySelector<HTMLElement>('.entry')?.focus();
  });
}
