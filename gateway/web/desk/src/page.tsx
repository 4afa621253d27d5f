// The page: signing in where nobody is, else the head, the list, what is looked at, and its contact.

import type { Staff } from '@baton/client';
import { useEffect } from 'preact/hooks';
import { signOut } from '../../shared/src/account.ts';
import { toSignal } from '../../shared/src/bind.ts';
import { Banner } from '../../shared/src/ui/banner.tsx';
import { Button } from '../../shared/src/ui/button.tsx';
import { SignIn } from '../../shared/src/ui/sign-in.tsx';
import { StaffBanners } from '../../shared/src/ui/staff-banners.tsx';
import { isSlow } from './asking.ts';
import { ChatView } from './chat/chat.tsx';
import { Gone } from './chat/gone.tsx';
import { Contact } from './contact/contact.tsx';
import { isContactOpen } from './contact/open.ts';
import { desk } from './desk.ts';
import { Dialogs } from './dialog-list.tsx';
import { dialog } from './dialogs.ts';
import { ThreadView } from './dm/thread.tsx';
import { Head } from './head/head.tsx';
import { Home } from './home.tsx';
import { listenToKeys } from './keys.ts';
import { List } from './list/list.tsx';
import { OfferNews } from './list/offer-news.tsx';
import { Offers } from './list/offers.tsx';
import { Notices } from './notice-list.tsx';
import { place } from './place.ts';
import { isNarrow } from './width.ts';
import { words } from './words/words.ts';

export function Page() {
  return desk.value ? <Desk desk={desk.value} /> : <SignIn page={words.value.desk} />;
}

function Desk({ desk }: { desk: Staff }) {
  useEffect(() => listenToKeys(desk), [desk]);
  const role = toSignal(desk.session.welcome).value?.role;
  const connection = toSignal(desk.connection).value.state;
  if (role && role !== 'agent') return <WrongRole />;
  return (
    <div class="flex h-dvh flex-col">
      <Head desk={desk} />
      <StaffBanners staff={desk} signOut={signOut} />
      {isSlow.value && connection === 'online' && <Banner look="warn">{words.value.slow}</Banner>}
      {!dialog.value && (
        <>
          <Notices />
          <OfferNews desk={desk} />
        </>
      )}
      <Places desk={desk} />
      <Dialogs desk={desk} />
    </div>
  );
}

/** The columns; on a phone the list or what was chosen from it. */
function Places({ desk }: { desk: Staff }) {
  const { value } = place;
  const isList = value.at === 'list';
  const conversation =
    value.at === 'chat'
      ? toSignal(desk.chats.all).value.find(({ id }) => id === value.id)
      : undefined;
  const me = toSignal(desk.session.welcome).value?.id ?? '';
  return (
    <div class="flex min-h-0 flex-1 flex-col">
      {isNarrow.value && !isList && !dialog.value && (
        // Above what one reads: what one writes stays where it is.
        <div class="max-h-[45%] shrink-0 overflow-y-auto border-line bg-sunken has-[article]:border-b has-[article]:p-2">
          <Offers desk={desk} />
        </div>
      )}
      <div data-places tabIndex={-1} class="relative flex min-h-0 flex-1 outline-none">
        <div
          class={`w-full shrink-0 overflow-y-auto border-line bg-sunken md:block md:w-72 md:border-r xl:w-80 ${isList ? '' : 'hidden'}`}
        >
          {(isList || !isNarrow.value) && <List desk={desk} />}
        </div>
        <main class={`min-w-0 flex-1 flex-col bg-surface md:flex ${isList ? 'hidden' : 'flex'}`}>
          {conversation && <ChatView desk={desk} conversation={conversation} me={me} />}
          {value.at === 'dm' && <ThreadView key={value.peer} desk={desk} peer={value.peer} />}
          {value.at === 'chat' && !conversation && <Gone desk={desk} />}
          {isList && <Home desk={desk} />}
        </main>
        {conversation && isContactOpen.value && (
          <div class="w-80 shrink-0 overflow-y-auto border-l border-line bg-raised max-xl:absolute max-xl:inset-y-0 max-xl:right-0 max-xl:z-10 max-xl:max-w-full max-xl:shadow-2xl max-sm:w-full">
            <Contact desk={desk} conversation={conversation} />
          </div>
        )}
      </div>
    </div>
  );
}

function WrongRole() {
  const said = words.value;
  return (
    <main class="m-auto flex min-h-dvh max-w-sm flex-col items-center justify-center gap-4 p-6 text-center">
      <p>{said.wrongRole}</p>
      <a class="font-medium text-accent underline" href="/board">
        {said.toBoard}
      </a>
      <Button onClick={() => signOut()}>{said.head.signOut}</Button>
    </main>
  );
}
