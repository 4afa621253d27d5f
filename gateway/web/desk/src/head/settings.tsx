// What is set once: language, theme, sound, notifications, canned answers, signing out.

import type { Staff } from '@baton/client';
import {
  Bell,
  BellOff,
  Keyboard,
  LogOut,
  MessageSquareText,
  Settings2,
  Volume2,
} from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { LanguageChoice } from '../../../shared/src/ui/language-choice.tsx';
import { Popover } from '../../../shared/src/ui/popover.tsx';
import { ThemeChoice } from '../../../shared/src/ui/theme-choice.tsx';
import { askPermission, permission } from '../attention.ts';
import { dialog } from '../dialogs.ts';
import { leaveDesk } from '../sign-out.ts';
import { isMuted, mute } from '../sound.ts';
import { words } from '../words/words.ts';

export function Settings({ desk }: { desk: Staff }) {
  const said = words.value.head;
  return (
    <Popover
      label={said.settings}
      faceClass="grid size-8 place-items-center text-quiet max-md:size-11"
      face={<Settings2 size={18} aria-hidden="true" />}
    >
      {(close) => (
        <div class="flex flex-col gap-0.5">
          <div class="flex flex-wrap gap-2 p-1 pb-2">
            <LanguageChoice />
            <ThemeChoice />
          </div>
          <Item
            icon={<Volume2 size={18} aria-hidden="true" />}
            onChoose={() => mute(!isMuted.value)}
          >
            {isMuted.value ? said.soundOff : said.soundOn}
          </Item>
          <Notifications />
          <Item
            icon={<MessageSquareText size={18} aria-hidden="true" />}
            onChoose={() => {
              close();
              dialog.value = { kind: 'canned' };
            }}
          >
            {said.canned}
          </Item>
          <Item
            icon={<Keyboard size={18} aria-hidden="true" />}
            onChoose={() => {
              close();
              dialog.value = { kind: 'help' };
            }}
          >
            {said.help}
          </Item>
          <hr class="my-1 border-line" />
          <Item
            icon={<LogOut size={18} aria-hidden="true" />}
            onChoose={() => {
              close();
              leaveDesk(desk);
            }}
          >
            {said.signOut}
          </Item>
        </div>
      )}
    </Popover>
  );
}

function Notifications() {
  const said = words.value.head;
  const bell = <Bell size={18} aria-hidden="true" />;
  const off = <BellOff size={18} aria-hidden="true" class="shrink-0" />;
  switch (permission.value) {
    case 'default':
      return (
        <Item icon={bell} onChoose={askPermission}>
          {said.notify}
        </Item>
      );
    case 'granted':
      return (
        <p class="flex items-center gap-3 px-2 py-1.5 text-quiet">
          {bell} {said.notifying}
        </p>
      );
    case 'denied':
      return (
        <p class="flex items-center gap-3 px-2 py-1.5 text-quiet">
          {off} {said.notifyDenied}
        </p>
      );
    case 'unsupported':
      return null;
  }
}

interface ItemProps {
  icon: ComponentChildren;
  onChoose(): void;
  children: ComponentChildren;
}

function Item({ icon, onChoose, children }: ItemProps) {
  return (
    <button
      type="button"
      onClick={onChoose}
      class="flex min-h-9 w-full cursor-pointer items-center gap-3 rounded-lg px-2 text-left hover:bg-sunken max-md:min-h-11"
    >
      <span class="text-quiet">{icon}</span>
      {children}
    </button>
  );
}
