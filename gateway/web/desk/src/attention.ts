// Calls for the agent's attention: sound, desktop notifications while the page is not looked at,
// and the count in the title.

import type { Happening, OpenOffer, Staff } from '@baton/client';
import { computed, effect, signal } from '@preact/signals';
import { toSignal } from '../../shared/src/bind.ts';
import { isolated } from '../../shared/src/names.ts';
import { agentName, customerName, queueName } from './people.ts';
import { chatHref, dmHref, go, place } from './place.ts';
import { unreadIn, unreadOf } from './seen.ts';
import { play } from './sound.ts';
import { words } from './words/words.ts';

/** An offer that waits is heard again. */
const RING_MS = 4_000;

type Permission = NotificationPermission | 'unsupported';

/** What the browser allows; asked for by a button alone. */
export const permission = signal<Permission>(
  'Notification' in globalThis ? Notification.permission : 'unsupported',
);

export async function askPermission(): Promise<void> {
  permission.value = await Notification.requestPermission();
}

function notify(title: string, body: string, href: string | null): void {
  if (!document.hidden || permission.value !== 'granted') return;
  const news = shown(title, { body: body.slice(0, 200), tag: href ?? 'offer' });
  if (!news) return;
  news.onclick = () => {
    window.focus();
    if (href) go(href);
    news.close();
  };
}

/** None where a browser, as on Android, leaves them to service workers. */
function shown(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

/** Whether the agent looks at this very thing. */
const isLookedAt = (href: string) => {
  const { value } = place;
  const here =
    value.at === 'chat' ? chatHref(value.id) : value.at === 'dm' ? dmHref(value.peer) : '';
  return !document.hidden && here === href;
};

/** Calls as things happen; the answer ends it. */
export function callAttention(staff: Staff): () => void {
  const me = () => staff.session.welcome.get()?.id ?? '';
  const heard = (happening: Happening) => {
    const said = words.value.notify;
    if (happening.type === 'offer.new') {
      const { offer } = happening;
      const where = offer.queue ? queueName(offer.queue) : agentName(offer.from_agent ?? '');
      notify(said.offer, `${customerName(offer.chat)} · ${where}`, null);
    }
    if (happening.type === 'chat.message') {
      const { message } = happening;
      const href = chatHref(message.chat_id);
      if (message.kind !== 'text' || message.from.id === me() || isLookedAt(href)) return;
      play('line');
      notify(said.line(isolated(message.from.name || words.value.customer)), message.text, href);
    }
    if (happening.type === 'dm.message' && happening.dm.from !== me()) {
      const { from, text } = happening.dm;
      if (isLookedAt(dmHref(from))) return;
      play('line');
      notify(said.dm(agentName(from)), text, dmHref(from));
    }
  };
  const endListening = staff.session.listen(heard);
  const endRinging = effect(() => ring(toSignal(staff.offers.all).value, staff));
  const endTitle = effect(() => {
    const count = waiting(staff, me()).value;
    document.title = `${count > 0 ? `(${count}) ` : ''}${words.value.desk} · Baton`;
  });
  return () => {
    endListening();
    endRinging();
    endTitle();
  };
}

/** Rings while one of them has time left: without a connection nobody says that it has gone. */
function ring(offers: readonly OpenOffer[], { offers: { leftS } }: Staff) {
  const sound = () => {
    if (offers.some((offer) => leftS(offer) > 0)) play('offer');
    else clearInterval(timer);
  };
  const timer = setInterval(sound, RING_MS);
  sound();
  return () => clearInterval(timer);
}

/** Offers and unread lines together. */
function waiting(staff: Staff, me: string) {
  return computed(() => {
    const chats = toSignal(staff.chats.all).value;
    const unread = chats.map((one) => unreadIn(one.id, toSignal(one.lines).value, me));
    const threads = [...toSignal(staff.dms.threads).value.values()];
    const all = [...unread, ...threads.map(unreadOf), toSignal(staff.offers.all).value.length];
    return all.reduce((sum, each) => sum + each, 0);
  });
}
