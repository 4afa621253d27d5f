// The switch between light and dark.

import { chooseTheme, type Theme, theme } from '../theme.ts';
import { Choice } from './field.tsx';

const OPTIONS = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

export function ThemeChoice() {
  return (
    <Choice
      label="Theme"
      value={theme.value}
      options={OPTIONS}
      onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
    />
  );
}
