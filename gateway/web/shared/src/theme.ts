// Light or dark: as the system prefers, or as chosen; the choice stays in this browser.

import { signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'baton.theme';

/** The choice; set it by `chooseTheme`. */
export const theme = signal<Theme>('system');

export function chooseTheme(next: Theme, storage: Storage = localStorage): void {
  theme.value = next;
  if (next === 'system') {
    storage.removeItem(KEY);
    delete document.documentElement.dataset.theme;
  } else {
    storage.setItem(KEY, next);
    document.documentElement.dataset.theme = next;
  }
}

/** What was chosen before; called once, before anything is drawn. */
export function restoreTheme(storage: Storage = localStorage): void {
  const before = THEMES.find((one) => one === storage.getItem(KEY));
  chooseTheme(before ?? 'system', storage);
}
