// The address names a chat that is not the agent's (any more): says so, and leads on.

import type { Staff } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { nextChat } from '../onward.ts';
import { chatHref, LIST_HREF } from '../place.ts';
import { words } from '../words/words.ts';

export function Gone({ desk }: { desk: Staff }) {
  const said = words.value;
  const isKnown = toSignal(desk.session.welcome).value !== null;
  // Which chats there are is looked at again with each change.
  void toSignal(desk.chats.all).value;
  const next = nextChat(desk);
  if (!isKnown) return <p class="m-auto text-quiet">{said.loading}</p>;
  const look = 'inline-flex min-h-11 items-center font-medium text-accent underline';
  return (
    <div class="m-auto flex flex-col items-center gap-2 p-6 text-center text-quiet">
      <p>{said.chat.gone}</p>
      {next && (
        <a href={chatHref(next)} class={look}>
          {said.keys.next}
        </a>
      )}
      <a href={LIST_HREF} class={look}>
        {said.back}
      </a>
    </div>
  );
}
