// One's own settings: language, theme, and the way out.

import { LogOut } from 'lucide-preact';
import { account, signOut } from '../../../shared/src/account.ts';
import {
  chooseLanguage,
  LANGUAGES,
  type Language,
  language,
} from '../../../shared/src/language.ts';
import { chooseTheme, THEMES, type Theme, theme } from '../../../shared/src/theme.ts';
import { Choice } from '../../../shared/src/ui/field.tsx';
import { IconButton } from '../forms/rows.tsx';
import { words } from '../words/words.ts';

export function Settings() {
  const { frame } = words.value;
  return (
    <span class="flex items-center gap-2" title={frame.signedInAs(account.value?.sub ?? '')}>
      <Choice
        label={frame.language}
        value={language.value}
        options={Object.entries(LANGUAGES)}
        onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
      />
      <Choice
        label={frame.theme}
        value={theme.value}
        options={THEMES.map((one) => [one, frame.themes[one]] as const)}
        onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
      />
      <IconButton icon={LogOut} label={frame.signOut} onClick={() => signOut()} />
    </span>
  );
}
