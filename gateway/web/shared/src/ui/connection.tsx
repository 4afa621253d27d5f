// Says when there is no connection, when it is tried again, and when it will not be.

import type { Connection, Readable } from '@baton/client';
import { toSignal } from '../bind.ts';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';

const ENDED: Record<string, string> = {
  replaced: 'You are connected in another window.',
  token_expired: 'Your sign-in has run out.',
  invalid: 'The server does not accept this sign-in.',
};

export interface ConnectionBannerProps {
  connection: Readable<Connection>;
  retry(): void;
  signOut(): void;
}

export function ConnectionBanner({ connection, retry, signOut }: ConnectionBannerProps) {
  const now = toSignal(connection).value;
  if (now.state === 'waiting') {
    return (
      <Banner look="warn">
        <span>No connection. What you do is kept and done when it is back.</span>
        <Button onClick={retry}>Try now</Button>
      </Banner>
    );
  }
  if (now.state === 'ended' && now.reason !== 'closed') {
    return (
      <Banner look="bad">
        <span>{ENDED[now.reason] ?? 'The connection was closed.'}</span>
        <Button onClick={signOut}>Sign in again</Button>
      </Banner>
    );
  }
  return null;
}
