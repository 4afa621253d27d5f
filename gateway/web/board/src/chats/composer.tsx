// What a supervisor says: to the agents alone while coaching, to everybody after barging in.

import type { Conversation, Mode } from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../../shared/src/ui/button.tsx';
import { words } from '../words/words.ts';

/** The contract's bound. */
const LONGEST = 10_000;

export interface ComposerProps {
  conversation: Conversation;
  mode: Exclude<Mode, 'monitor'>;
  /** Whether the person has just chosen to speak: then they begin here, and it is done. */
  isWished: { current: boolean };
}

export function Composer({ conversation, mode, isWished }: ComposerProps) {
  const text = useSignal('');
  const field = useRef<HTMLTextAreaElement>(null);
  // As soon as they are in that mode, and not when they come back to the chat later.
  useEffect(() => {
    if (isWished.current) field.current?.focus();
    isWished.current = false;
  }, [mode, isWished]);
  const isWhisper = mode === 'coach';
  const label = isWhisper ? words.value.sayAgents : words.value.sayAll;
  const send = (event?: Event) => {
    event?.preventDefault();
    const said = text.value.trim();
    if (!said) return;
    conversation.send(said, isWhisper ? 'agents' : 'all');
    text.value = '';
  };
  const typed = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    send(event);
  };
  const ground = isWhisper ? 'border-warn border-dashed bg-warn-soft' : 'border-edge bg-surface';
  return (
    <form onSubmit={send} class="flex items-end gap-2 border-t border-line p-3">
      <textarea
        ref={field}
        aria-label={label}
        placeholder={label}
        rows={2}
        maxLength={LONGEST}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          if (!isWhisper) conversation.typed();
        }}
        onKeyDown={typed}
        class={`min-w-0 flex-1 resize-none rounded-lg border px-3 py-1.5 ${ground}`}
      />
      <Button look="primary" type="submit">
        {words.value.send}
      </Button>
    </form>
  );
}
