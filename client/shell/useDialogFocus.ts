/** What a dialog is for, best first: its field, its safe answer, the way out. */
const FIRST = ['input, textarea, select', '.actions .button:not(.danger)', '[data-way-out]'];

export interface DialogFocus {
  /** For `open-auto-focus`. */
  opened(event: Event): void;
  /** For `close-auto-focus`. */
  closed(event: Event): void;
}

/**
 * Where the focus goes when a dialog opens, and that it returns to where it was. Our dialogs are opened by the
 * program, so the library knows no trigger to return to.
 */
export function useDialogFocus(): DialogFocus {
  let before: Element | null = null;
  return {
    opened(event) {
      before = document.activeElement;
      const dialog = event.target as HTMLElement;
      const found = FIRST.map((selector) => dialog.querySelector<HTMLElement>(selector));
      const target = found.find((element) => element !== null);
      if (!target) return;
      event.preventDefault();
      target.focus();
      if (target instanceof HTMLInputElement) target.select();
    },
    closed(event) {
      event.preventDefault();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    },
  };
}
