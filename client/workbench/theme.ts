import { ref, type Ref } from 'vue';

const KEY = 'impasto.theme';
export type Theme = 'light' | 'dark';

/** The chosen theme; what the system prefers until a person chooses. */
export function createTheme(): { readonly theme: Readonly<Ref<Theme>>; toggle(): void } {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = readChoice();
  const theme = ref<Theme>(chosen ?? (dark.matches ? 'dark' : 'light'));
  let follows = chosen === undefined;
  if (chosen) document.documentElement.dataset['theme'] = chosen;
  dark.addEventListener('change', () => {
    if (follows) theme.value = dark.matches ? 'dark' : 'light';
  });

  return {
    theme,
    toggle() {
      follows = false;
      theme.value = theme.value === 'dark' ? 'light' : 'dark';
      document.documentElement.dataset['theme'] = theme.value;
      try {
        localStorage.setItem(KEY, theme.value);
      } catch {
        // Then it lasts until the next load.
      }
    },
  };
}

function readChoice(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
}
