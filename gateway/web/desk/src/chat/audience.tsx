// Who sees what is written: the customer, or colleagues alone.

import type { Id } from '@baton/client';
import { EyeOff, User } from 'lucide-preact';
import { composeNext } from '../compose.ts';
import { aim, draftOf } from '../drafts.ts';
import { words } from '../words/words.ts';

export function Audience({ chat }: { chat: Id }) {
  const said = words.value.composer;
  const isWhisper = draftOf(chat).whisper.value;
  const choose = (whisper: boolean) => {
    aim(chat, whisper);
    composeNext();
  };
  return (
    <fieldset
      id="audience"
      aria-label={said.audience}
      class="flex overflow-hidden rounded-lg border border-edge"
    >
      <Choice isOn={!isWhisper} look="bg-accent text-on-accent" onChoose={() => choose(false)}>
        <User size={14} aria-hidden="true" /> {said.toCustomer}
      </Choice>
      <Choice isOn={isWhisper} look="bg-warn text-surface" onChoose={() => choose(true)}>
        <EyeOff size={14} aria-hidden="true" /> {said.toColleagues}
      </Choice>
    </fieldset>
  );
}

interface ChoiceProps {
  isOn: boolean;
  look: string;
  onChoose(): void;
  children: preact.ComponentChildren;
}

function Choice({ isOn, look, onChoose, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onChoose}
      class={`inline-flex min-h-7 cursor-pointer items-center gap-1.5 px-2.5 text-sm font-medium max-md:min-h-11 ${isOn ? look : 'bg-surface text-quiet hover:bg-sunken'}`}
    >
      {children}
    </button>
  );
}
