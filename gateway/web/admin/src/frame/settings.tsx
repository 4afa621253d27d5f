// One's own settings: language, theme, and the way out.

import { LogOut } from 'lucide-preact';
import { account, signOut } from '../../../shared/src/account.ts';
import { LanguageChoice } from '../../../shared/src/ui/language-choice.tsx';
import { ThemeChoice } from '../../../shared/src/ui/theme-choice.tsx';
import { PictureButton } from '../forms/rows.tsx';
import { words } from '../words/words.ts';

export function Settings() {
  const { frame } = words.value;
  return (
    <span
      class="flex flex-wrap items-center gap-2"
      title={frame.signedInAs(account.value?.sub ?? '')}
    >
      <LanguageChoice />
      <ThemeChoice />
      <PictureButton icon={LogOut} label={frame.signOut} onClick={() => signOut()} />
    </span>
  );
}
