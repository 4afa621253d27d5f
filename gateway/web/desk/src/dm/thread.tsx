// Internal chat with a colleague.

import type { Dm, DmDraft, Id, Staff } from '@baton/client';
import { useSignal } from '@preact/signals';
import { ArrowLeft, SendHorizontal } from 'lucide-preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { toSignal } from '../../../shared/src/bind.ts';
import { refusalWords } from '../../../shared/src/refusals.ts';
import { timeOfDay } from '../../../shared/src/time.ts';
import { Arrivals } from '../../../shared/src/ui/arrivals.tsx';
import { Button, IconButton } from '../../../shared/src/ui/button.tsx';
import { draftOf, write } from '../drafts.ts';
import { agentName } from '../people.ts';
import { LIST_HREF } from '../place.ts';
import { sawThread } from '../seen.ts';
import { words } from '../words/words.ts';

const NONE: readonly Dm[] = [];

export function ThreadView({ desk, peer }: { desk: Staff; peer: Id }) {
  const said = words.value;
  const name = agentName(peer);
  const thread = toSignal(desk.dms.threads).value.get(peer);
  const hasFailed = useSignal(false);
  const isOnline = toSignal(desk.connection).value.state === 'online';
  useEffect(() => {
    if (!isOnline || thread?.isLoaded) return;
    desk.dms.load(peer).then(
      () => {
        hasFailed.value = false;
      },
      () => {
        hasFailed.value = true;
      },
    );
  }, [peer, isOnline]);
  useEffect(() => {
    if (thread && !document.hidden) sawThread(thread);
  });
  return (
    <>
      <header class="flex items-center gap-2 border-b border-line bg-raised px-2 py-2 md:px-4">
        <a
          href={LIST_HREF}
          aria-label={said.back}
          class="grid size-11 place-items-center rounded-lg text-quiet hover:bg-sunken md:hidden"
        >
          <ArrowLeft size={18} aria-hidden="true" />
        </a>
        <div class="min-w-0">
          <h2 class="truncate text-base font-semibold">{said.dm.title(name)}</h2>
          <p class="text-sm text-quiet">{said.dm.internal}</p>
        </div>
      </header>
      {hasFailed.value && (
        <p role="status" class="bg-warn-soft px-4 py-1 text-warn">
          {said.dm.loadFailed}
        </p>
      )}
      <Arrivals
        all={thread?.dms ?? NONE}
        known={thread?.isLoaded ? (thread.dms.at(-1)?.seq ?? 0) : null}
        seqOf={({ seq }) => seq}
        say={(dm) => (dm.from === peer ? `${name}: ${dm.text}` : null)}
      />
      <Lines desk={desk} peer={peer} dms={thread?.dms ?? []} drafts={thread?.drafts ?? []} />
      <Write desk={desk} peer={peer} name={name} />
    </>
  );
}

interface LinesProps {
  desk: Staff;
  peer: Id;
  dms: readonly Dm[];
  drafts: readonly DmDraft[];
}

function Lines({ desk, peer, dms, drafts }: LinesProps) {
  const said = words.value;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [dms.length, drafts.length]);
  return (
    <div
      ref={box}
      role="log"
      aria-live="off"
      aria-label={said.dm.title(agentName(peer))}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by the keyboard too.
      tabIndex={0}
      class="flex min-h-0 flex-1 flex-col overflow-x-hidden overflow-y-auto px-3 py-3 md:px-6"
    >
      {dms.length + drafts.length === 0 && <p class="m-auto text-quiet">{said.dm.empty}</p>}
      <ol class="mt-auto flex flex-col gap-1">
        {dms.map((dm) => (
          <Bubble key={dm.client_id} at={dm.at} text={dm.text} isMine={dm.from !== peer} />
        ))}
        {drafts.map((draft) => (
          <Bubble key={draft.client_id} at={draft.at} text={draft.text} isMine>
            {draft.error && (
              <span role="alert" class="flex flex-wrap items-center gap-2 text-sm text-bad">
                {said.dm.failed} {refusalWords(draft.error)}
                <Button onClick={() => desk.dms.retry(peer, draft.client_id)}>
                  {said.dm.retry}
                </Button>
              </span>
            )}
          </Bubble>
        ))}
      </ol>
    </div>
  );
}

interface BubbleProps {
  at: string;
  text: string;
  isMine: boolean;
  children?: preact.ComponentChildren;
}

function Bubble({ at, text, isMine, children }: BubbleProps) {
  const side = isMine ? 'self-end items-end' : 'self-start items-start';
  return (
    <li class={`flex max-w-[85%] flex-col ${side}`}>
      <p
        dir="auto"
        class={`wrap-anywhere rounded-2xl px-3 py-1.5 whitespace-pre-wrap [unicode-bidi:isolate] ${isMine ? 'bg-accent-soft' : 'border border-line bg-raised'}`}
      >
        {text}
      </p>
      <time dateTime={at} class="px-1 text-xs text-quiet tabular-nums">
        {timeOfDay(at)}
      </time>
      {children}
    </li>
  );
}

function Write({ desk, peer, name }: { desk: Staff; peer: Id; name: string }) {
  const said = words.value.dm;
  const key = `dm ${peer}`;
  const text = draftOf(key).text.value;
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, [peer]);
  const send = () => {
    if (!text.trim()) return;
    desk.dms.send(peer, text.trim());
    write(key, '');
    field.current?.focus();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      class="flex items-end gap-2 border-t border-line bg-raised p-2 md:px-4 md:py-3"
    >
      <textarea
        ref={field}
        data-composer
        aria-label={said.message}
        placeholder={said.hint(name)}
        maxLength={10_000}
        rows={2}
        dir="auto"
        value={text}
        onInput={(event) => write(key, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
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
    </form>
  );
}
