// "+": one dialog for agents and queues, with what would happen before it is done. Without a chat
// it is the directory.

import type { Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { Dialog } from '../../../shared/src/ui/dialog.tsx';
import { composeNext } from '../compose.ts';
import { closeDialog } from '../dialogs.ts';
import { useQueues } from '../queues.ts';
import { words } from '../words/words.ts';
import { Chosen } from './chosen.tsx';
import { OptionList } from './option-list.tsx';
import { choicesFor } from './options.ts';
import { useQuote } from './use-quote.ts';

export interface AddDialogProps {
  desk: Staff;
  /** The chat to add to; none for the directory. */
  id: string | null;
}

export function AddDialog({ desk, id }: AddDialogProps) {
  const said = words.value.add;
  const search = useSignal('');
  const chosenKey = useSignal('');
  const isAdded = useRef(false);
  const ranks = useRef(new Map<string, number>());
  useEffect(() => desk.watch('agents'), [desk]);
  useQueues(desk);
  const conversation = id ? desk.chats.get(id) : undefined;
  const chat = conversation ? toSignal(conversation.chat).value : null;
  const { options, more } = choicesFor({
    search: search.value,
    queues: toSignal(desk.queues).value.values(),
    agents: toSignal(desk.agents).value.values(),
    chat,
    me: desk.session.welcome.get()?.id ?? '',
    ranks: ranks.current,
  });
  // Who searches means the first that is found, until another is chosen.
  const isSearching = search.value.trim() !== '';
  const found = options.findIndex(({ key }) => key === chosenKey.value);
  const at = found < 0 && isSearching && options.length > 0 ? 0 : found;
  const chosen = options[at] ?? null;
  const answer = useQuote(desk, chat?.chat_id ?? null, chosen);
  /** Who is dealt with is meant, whoever else may be found first from now on. */
  const pin = () => {
    if (chosen) chosenKey.value = chosen.key;
  };
  const move = (step: number) => {
    const from = at < 0 && step < 0 ? 0 : at;
    chosenKey.value = options[(from + step + options.length) % options.length]?.key ?? '';
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    }
    if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      pin();
      document.querySelector<HTMLElement>('dialog [data-note], dialog [data-primary]')?.focus();
    }
  };
  return (
    <Dialog
      wide
      title={id ? said.title : said.directory}
      onClose={closeDialog}
      onClosed={() => isAdded.current && composeNext()}
    >
      <div class="grid min-h-0 grow grid-cols-[minmax(0,1fr)] grid-rows-[minmax(12rem,1fr)_auto] overflow-y-auto md:grid-cols-2 md:grid-rows-1">
        <div class="flex min-h-0 flex-col border-line md:border-r">
          <div class="p-3">
            <input
              type="search"
              autofocus
              role="combobox"
              aria-label={said.search}
              placeholder={said.search}
              aria-expanded="true"
              aria-controls="add-options"
              aria-autocomplete="list"
              aria-activedescendant={chosen ? chosen.key : undefined}
              autocomplete="off"
              value={search.value}
              onInput={(event) => {
                search.value = event.currentTarget.value;
              }}
              onKeyDown={pressed}
              class="w-full rounded-lg border border-edge bg-surface px-3 py-2 max-md:min-h-11"
            />
          </div>
          <OptionList
            options={options}
            more={more}
            chosen={chosen}
            quote={answer.is === 'quote' ? answer.quote : null}
            onChoose={({ key }) => {
              chosenKey.value = key;
            }}
          />
        </div>
        <div class="contents" onFocusIn={pin} onPointerDown={pin}>
          <Chosen
            key={chosen?.key ?? ''}
            desk={desk}
            chat={chat}
            option={chosen}
            answer={answer}
            onAdded={() => {
              isAdded.current = true;
              closeDialog();
            }}
          />
        </div>
      </div>
    </Dialog>
  );
}
