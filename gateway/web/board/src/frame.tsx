// What is around every view: where one is, where one can go, and whether what is shown is live.

import type { Role } from '@baton/client';
import { LogOut, Monitor } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { Link, useLocation } from 'wouter-preact';
import { type Account, account, signOut } from '../../shared/src/account.ts';
import { toSignal } from '../../shared/src/bind.ts';
import { IconButton } from '../../shared/src/ui/button.tsx';
import { LanguageChoice } from '../../shared/src/ui/language-choice.tsx';
import { Places } from '../../shared/src/ui/places.tsx';
import { StaffBanners } from '../../shared/src/ui/staff-banners.tsx';
import { ThemeChoice } from '../../shared/src/ui/theme-choice.tsx';
import { modeIn } from './chats/mode.tsx';
import { customerOf } from './chats/words-of.ts';
import { useBoard } from './live/board.ts';
import { takeScreen } from './wall/full-screen.ts';
import { exactTimeOf } from './words/numbers.ts';
import { words } from './words/words.ts';

export function Frame({ children, fills }: { children: ComponentChildren; fills: boolean }) {
  const { staff } = useBoard();
  const height = fills ? 'h-dvh max-md:h-auto max-md:min-h-dvh' : 'min-h-dvh';
  return (
    <div class={`flex flex-col ${height}`}>
      <Head />
      <StaffBanners staff={staff} signOut={signOut} />
      <Joined />
      <main class="mx-auto flex min-h-0 w-full max-w-[96rem] flex-1 flex-col gap-4 p-3 md:p-4">
        {children}
      </main>
      <footer class="flex flex-wrap gap-2 p-3 md:hidden">
        <LanguageChoice />
        <ThemeChoice />
      </footer>
    </div>
  );
}

function Head() {
  const { oversees } = useBoard();
  const [, go] = useLocation();
  const said = words.value;
  const wall = () => {
    takeScreen();
    go('/wall');
  };
  return (
    <header class="z-20 flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-raised px-3 py-1.5 md:px-4">
      <Places here="board" />
      <nav aria-label={said.views} class="flex items-center gap-1 max-md:order-last max-md:w-full">
        <Tab href="/" name={said.overview} under={['/queues']} />
        <Tab href="/agents" name={said.agents} under={['/agents']} />
        {oversees && <Tab href="/chats" name={said.chats} under={['/chats']} />}
      </nav>
      <span class="ml-auto flex flex-wrap items-center gap-2">
        <Live />
        <IconButton label={said.wall} onClick={wall}>
          <Monitor size={18} aria-hidden="true" />
        </IconButton>
        <span class="contents max-md:hidden">
          <LanguageChoice />
          <ThemeChoice />
        </span>
        {account.value && <Me {...account.value} />}
        <IconButton label={said.signOut(account.value?.sub ?? '')} onClick={() => signOut()}>
          <LogOut size={18} aria-hidden="true" />
        </IconButton>
      </span>
    </header>
  );
}

/** Who is signed in, by the name that signs in; the token knows no other. */
function Me({ sub, role }: Account) {
  return (
    <span class="min-w-0 max-w-48 truncate text-sm text-quiet max-md:hidden" title={sub}>
      <bdi>{sub}</bdi> · {words.value.roles[role as Role] ?? role}
    </span>
  );
}

function Tab({ href, name, under }: { href: string; name: string; under: readonly string[] }) {
  const [path] = useLocation();
  const isHere = path === href || under.some((one) => path.startsWith(one));
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      class={`inline-flex min-h-8 items-center rounded-lg px-3 font-medium max-md:min-h-11 ${
        isHere ? 'bg-accent-soft text-accent' : 'text-quiet hover:bg-sunken hover:text-text'
      }`}
    >
      {name}
    </Link>
  );
}

/** Whether what is shown is as it is now. */
function Live() {
  const since = useBoard().staleSince.value;
  const isLive = since === null;
  return (
    <span class={`inline-flex items-center gap-1.5 text-sm ${isLive ? 'text-good' : 'text-warn'}`}>
      <span
        aria-hidden="true"
        class={`size-2 ${isLive ? 'rounded-full bg-good' : 'rotate-45 bg-warn'}`}
      />
      {isLive ? words.value.live : words.value.notLive(exactTimeOf(since))}
    </span>
  );
}

/** The chats that one is in, wherever on the board one is. */
function Joined() {
  const { staff } = useBoard();
  const [path] = useLocation();
  const mine = toSignal(staff.chats.all).value.flatMap((one) => {
    const chat = toSignal(one.chat).value;
    const mode = chat && modeIn(chat, staff);
    const isHere = path === `/chats/${one.id}`;
    return chat && mode && !isHere ? [{ chat, mode }] : [];
  });
  if (mine.length === 0) return null;
  return (
    <nav
      aria-label={words.value.joined}
      class="flex flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-4 py-1.5"
    >
      <span class="text-accent">{words.value.joined}:</span>
      {mine.map(({ chat, mode }) => (
        <Link
          key={chat.chat_id}
          href={`/chats/${chat.chat_id}`}
          class="inline-flex min-h-7 max-w-60 items-center gap-1.5 rounded-lg bg-raised px-2 font-medium max-md:min-h-11"
        >
          <bdi class="truncate">{customerOf(chat)}</bdi>
          <span class="shrink-0 text-sm text-quiet">{words.value.modes[mode].name}</span>
        </Link>
      ))}
    </nav>
  );
}
