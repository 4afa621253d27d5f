// How a supervisor is in a chat: not at all, watching unseen, coaching the agents, or in the middle
// of it; and changing that.

import { asBatonError, type BatonError, type Chat, type Mode, type Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Ear, Eye, LogOut, Megaphone } from 'lucide-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useBoard } from '../live/board.ts';
import { Failed } from '../ui/notice.tsx';
import { words } from '../words/words.ts';

const MODES = [
  ['monitor', Eye],
  ['coach', Ear],
  ['barge', Megaphone],
] as const;

/** How the person is in it; null where they are not. */
export function modeIn(chat: Chat, staff: Staff): Mode | null {
  const me = staff.session.welcome.get()?.id;
  const row = chat.participants.find((one) => one.id === me && one.mode);
  const isIn = row?.state === 'connected' || row?.state === 'disconnected';
  return (isIn && row?.mode) || null;
}

/** Leaves a chat, or changes how one is in it. */
export function setMode(staff: Staff, chat: Chat, mode: Mode | 'off'): Promise<unknown> {
  return staff.session.command('chat.monitor', { chat_id: chat.chat_id, mode });
}

export interface ModeBarProps {
  chat: Chat;
  /** Told of each wish, and of one that failed: whether it is to speak. */
  onWish(isToSpeak: boolean): void;
}

export function ModeBar({ chat, onWish }: ModeBarProps) {
  const { staff } = useBoard();
  const error = useSignal<BatonError | null>(null);
  const wish = useSignal<Mode | 'off' | null>(null);
  const mode = modeIn(chat, staff);
  const choose = async (next: Mode | 'off') => {
    wish.value = next;
    error.value = null;
    onWish(next === 'coach' || next === 'barge');
    try {
      await setMode(staff, chat, next);
    } catch (thrown) {
      error.value = asBatonError(thrown);
      onWish(false);
    }
    wish.value = null;
  };
  const said = words.value.modes;
  return (
    <div class="border-b border-line">
      <fieldset class="flex flex-wrap items-center gap-2 px-3 py-2" disabled={wish.value !== null}>
        <legend class="sr-only">{words.value.modeTitle}</legend>
        {MODES.map(([one, Icon]) => (
          <Button
            key={one}
            aria-pressed={mode === one}
            look={mode === one ? 'primary' : 'plain'}
            title={said[one].text}
            onClick={() => mode !== one && choose(one)}
            class="inline-flex items-center gap-1.5"
          >
            <Icon size={16} aria-hidden="true" />
            {said[one].name}
          </Button>
        ))}
        {mode && (
          <Button onClick={() => choose('off')} class="ml-auto inline-flex items-center gap-1.5">
            <LogOut size={16} aria-hidden="true" />
            {words.value.leave}
          </Button>
        )}
      </fieldset>
      <p role="status" class="px-3 pb-2 text-sm text-quiet">
        {mode ? said[mode].text : words.value.notIn}
      </p>
      {error.value && <Failed error={error.value} />}
    </div>
  );
}
