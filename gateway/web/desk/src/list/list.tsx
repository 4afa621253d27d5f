// The left side: what is offered, the chats, those in wrap-up, and colleagues.

import type { Staff } from '@baton/client';
import type { ComponentChildren } from 'preact';
import { toSignal } from '../../../shared/src/bind.ts';
import { Button } from '../../../shared/src/ui/button.tsx';
import { attempt } from '../asking.ts';
import { dialog } from '../dialogs.ts';
import { isPresent } from '../ending.ts';
import { words } from '../words/words.ts';
import { ChatRow } from './chat-row.tsx';
import { Offers } from './offers.tsx';
import { Threads } from './threads.tsx';

export function List({ desk }: { desk: Staff }) {
  const said = words.value.list;
  const me = toSignal(desk.session.welcome).value?.id ?? '';
  const all = toSignal(desk.chats.all).value;
  // Which they are is known by their copies; rows bind to theirs themselves.
  const isHere = (one: (typeof all)[number]) => {
    const chat = toSignal(one.chat).value;
    return chat !== null && isPresent(chat, me);
  };
  const here = all.filter(isHere);
  const wrapup = all.filter((one) => !here.includes(one));
  return (
    <div class="flex min-h-full flex-col gap-4 p-2">
      {!dialog.value && <Offers desk={desk} />}
      <nav aria-label={said.chats} class="flex flex-col gap-4">
        <Section title={said.chats} count={here.length}>
          {here.map((one) => (
            <ChatRow key={one.id} conversation={one} me={me} />
          ))}
        </Section>
        {here.length === 0 && <Nothing desk={desk} />}
        {wrapup.length > 0 && (
          <Section title={said.wrapup} count={wrapup.length}>
            {wrapup.map((one) => (
              <ChatRow key={one.id} conversation={one} me={me} />
            ))}
          </Section>
        )}
        <Threads desk={desk} />
      </nav>
    </div>
  );
}

export function Section({
  title,
  count,
  children,
}: {
  title: string;
  count?: number;
  children: ComponentChildren;
}) {
  return (
    <section class="flex flex-col gap-1">
      <h2 class="flex gap-2 px-2 text-xs font-semibold tracking-wide text-quiet uppercase">
        {title} {!!count && <span class="tabular-nums">{count}</span>}
      </h2>
      <ul class="flex flex-col gap-0.5">{children}</ul>
    </section>
  );
}

function Nothing({ desk }: { desk: Staff }) {
  const said = words.value;
  const self = toSignal(desk.self).value;
  if (!self) return <p class="px-2 text-quiet">{said.loading}</p>;
  if (self.status === 'ready') return <p class="px-2 text-quiet">{said.list.noneReady}</p>;
  return (
    <div class="flex flex-col items-start gap-2 px-2 text-quiet">
      <p>{said.list.none}</p>
      <p>{said.status.notReadyYet}</p>
      <Button look="primary" onClick={() => attempt(() => desk.status({ status: 'ready' }))}>
        {said.status.getReady}
      </Button>
    </div>
  );
}
