// The page: the form where nobody is signed in, else the head and what is below it.

import type { Staff } from '@baton/client';
import { LogOut } from 'lucide-preact';
import { account, signOut } from '../../shared/src/account.ts';
import { toSignal } from '../../shared/src/bind.ts';
import { Button } from '../../shared/src/ui/button.tsx';
import { ConnectionBanner } from '../../shared/src/ui/connection.tsx';
import { SignIn } from '../../shared/src/ui/sign-in.tsx';
import { ThemeChoice } from '../../shared/src/ui/theme-choice.tsx';
import { desk } from './desk.ts';
import { StatusChoice } from './status.tsx';

export function Page() {
  return desk.value ? <Desk desk={desk.value} /> : <SignIn page="Desk" />;
}

function Desk({ desk }: { desk: Staff }) {
  return (
    <div class="flex min-h-dvh flex-col">
      <Head desk={desk} />
      <ConnectionBanner
        connection={desk.connection}
        retry={() => desk.session.wake()}
        signOut={signOut}
      />
      <main class="flex-1" />
    </div>
  );
}

function Head({ desk }: { desk: Staff }) {
  const self = toSignal(desk.self).value;
  return (
    <header class="flex flex-wrap items-center gap-3 border-b border-line bg-raised px-4 py-2">
      <h1 class="mr-auto truncate font-semibold">{self?.name ?? account.value?.sub}</h1>
      {self && <StatusChoice desk={desk} self={self} />}
      <ThemeChoice />
      <Button onClick={() => signOut()} aria-label="Sign out">
        <LogOut size={18} aria-hidden="true" />
      </Button>
    </header>
  );
}
