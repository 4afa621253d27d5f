// Writing: to the customer or to colleagues, with canned answers behind "/". A key changes the
// draft and this field, nothing else.

import type { Conversation, Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { MessageSquareText, SendHorizontal } from 'lucide-preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../../shared/src/ui/button.tsx';
import { type Canned, canned, filled, matching } from '../canned.ts';
import { draftOf, write } from '../drafts.ts';
import { isAskedFor } from '../onward.ts';
import { words } from '../words/words.ts';
import { Audience } from './audience.tsx';
import { CannedList } from './canned-list.tsx';

/** What the contract takes. */
const MOST = 10_000;
const NEAR_MOST = 9_000;

export function Composer({ desk, conversation }: { desk: Staff; conversation: Conversation }) {
  const said = words.value.composer;
  const { id } = conversation;
  const draft = draftOf(id);
  const text = draft.text.value;
  const isWhisper = draft.whisper.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const choice = useSignal(0);
  /** Escape put the list away, until the text is another. */
  const refused = useSignal('');
  /** Where all were asked for by the button, beside what is written already. */
  const offeredIn = useSignal('');
  const isOffered = offeredIn.value === id;
  const wanted = isOffered ? canned.value : matching(text, canned.value);
  const found = text === refused.value ? null : wanted;
  useEffect(() => {
    // Fingers would get a keyboard over half the page.
    if (isAskedFor(id) && matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, [id]);

  const set = (next: string) => {
    write(id, next);
    choice.value = 0;
    offeredIn.value = '';
  };
  const send = () => {
    const words = text.trim();
    if (!words) return;
    conversation.send(words, isWhisper ? 'agents' : 'all');
    set('');
    field.current?.focus();
  };
  const insert = (one: Canned) => {
    const customer = conversation.chat.get()?.customer?.name ?? '';
    const before = isOffered ? `${text.trimEnd()} ` : '';
    set(`${before}${filled(one, { customer, me: desk.self.get()?.name ?? '' })}`.slice(0, MOST));
    field.current?.focus();
  };
  const offer = () => {
    refused.value = '';
    if (text.trim()) offeredIn.value = id;
    else set('/');
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (found && chosen(event, found, choice, insert)) return event.preventDefault();
    if (found && event.key === 'Escape') {
      event.preventDefault();
      refused.value = text;
    }
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      class={`relative flex flex-col gap-2 border-t p-2 md:px-4 md:py-3 ${isWhisper ? 'border-warn bg-warn-soft' : 'border-line bg-raised'}`}
    >
      {found && <CannedList found={found} choice={choice.value} onChoose={insert} />}
      <div class="flex items-end gap-2">
        <textarea
          ref={field}
          data-composer
          aria-label={said.message}
          aria-describedby="audience"
          aria-autocomplete="list"
          aria-controls={found ? 'canned-list' : undefined}
          aria-activedescendant={found?.length ? `canned-${choice.value}` : undefined}
          placeholder={isWhisper ? said.whisperHint : said.hint}
          maxLength={MOST}
          rows={2}
          dir="auto"
          value={text}
          onInput={(event) => {
            set(event.currentTarget.value);
            if (event.currentTarget.value && !isWhisper) conversation.typed();
          }}
          onKeyDown={pressed}
          class="field-sizing-content max-h-48 min-h-14 w-full min-w-0 resize-none rounded-xl border border-edge bg-surface px-3 py-2"
        />
        <IconButton
          type="submit"
          label={said.send}
          disabled={!text.trim()}
          class="size-11! bg-accent text-on-accent! hover:bg-accent hover:opacity-90"
        >
          <SendHorizontal size={20} aria-hidden="true" />
        </IconButton>
      </div>
      <div class="flex flex-wrap items-center gap-2">
        <Audience chat={id} />
        <IconButton label={said.canned} onClick={offer}>
          <MessageSquareText size={18} aria-hidden="true" />
        </IconButton>
        {text.length > NEAR_MOST && (
          <span class="text-sm text-quiet tabular-nums">{said.left(MOST - text.length)}</span>
        )}
      </div>
    </form>
  );
}

/** Keys that go through the canned answers or take one; whether it was one. */
function chosen(
  event: KeyboardEvent,
  found: readonly Canned[],
  choice: { value: number },
  insert: (one: Canned) => void,
): boolean {
  const one = found[choice.value];
  if (!one) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choice.value = (choice.value + step + found.length) % found.length;
  else if (event.key === 'Enter' || event.key === 'Tab') insert(one);
  else return false;
  return true;
}
