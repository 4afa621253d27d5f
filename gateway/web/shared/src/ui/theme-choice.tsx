// The switch between light and dark.

import { chooseTheme, THEMES, type Theme, theme } from '../theme.ts';
import { words } from '../words.ts';
import { Choice } from './field.tsx';

export function ThemeChoice() {
  return (
    <Choice
      label={words.value.theme}
      value={theme.value}
      options={THEMES.map((one) => [one, words.value.themes[one]] as const)}
      onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
    />
  );
}
