// Colleagues with whom something was said, the last one first.

import type { Staff, Thread } from '@baton/client';
import { toSignal } from '../../../shared/src/bind.ts';
import { agentName } from '../people.ts';
import { dmHref, place } from '../place.ts';
import { unreadOf } from '../seen.ts';
import { words } from '../words/words.ts';
import { Badge, Initial } from './chat-row.tsx';
import { Section } from './list.tsx';

const lastOf = ({ dms, drafts }: Thread) => drafts.at(-1) ?? dms.at(-1);

export function Threads({ desk }: { desk: Staff }) {
  const here = place.value.at === 'dm' ? place.value.peer : null;
  const threads = [...toSignal(desk.dms.threads).value.values()]
    .filter((thread) => lastOf(thread))
    .sort((a, b) => (lastOf(b)?.at ?? '').localeCompare(lastOf(a)?.at ?? ''));
  if (threads.length === 0) return null;
  return (
    <Section title={words.value.list.colleagues}>
      {threads.map((thread) => (
        <Row key={thread.peer} thread={thread} isHere={thread.peer === here} />
      ))}
    </Section>
  );
}

function Row({ thread, isHere }: { thread: Thread; isHere: boolean }) {
  const unread = unreadOf(thread);
  const name = agentName(thread.peer);
  return (
    <li>
      <a
        href={dmHref(thread.peer)}
        aria-current={isHere ? 'page' : undefined}
        class={`grid grid-cols-[auto_1fr_auto] items-center gap-x-3 rounded-xl border px-2 py-1.5 ${isHere ? 'border-accent bg-accent-soft' : 'border-transparent hover:bg-raised'}`}
      >
        <Initial name={name} isWaiting={unread > 0} />
        <span class="min-w-0">
          <span class={`block truncate ${unread > 0 ? 'font-semibold' : 'font-medium'}`}>
            {name}
          </span>
          <span class="block truncate text-sm text-quiet">
            <bdi>{lastOf(thread)?.text.slice(0, 120)}</bdi>
          </span>
        </span>
        {unread > 0 && <Badge n={unread} />}
      </a>
    </li>
  );
}
