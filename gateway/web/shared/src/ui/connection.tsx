// Says when there is no connection, until it is back, and when it will not be.

import type { Connection, Readable } from '@baton/client';
import { useRef } from 'preact/hooks';
import { toSignal } from '../bind.ts';
import { words } from '../words.ts';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';

export interface ConnectionBannerProps {
  connection: Readable<Connection>;
  retry(): void;
  signOut(): void;
}

export function ConnectionBanner({ connection, retry, signOut }: ConnectionBannerProps) {
  const now = toSignal(connection).value;
  const said = words.value;
  // An attempt is no connection yet: what was said before stays through it.
  const isLost = useRef(false);
  if (now.state !== 'connecting') isLost.current = now.state === 'waiting';
  if (isLost.current) {
    return (
      <Banner look="warn">
        <span>{said.noConnection}</span>
        <Button onClick={retry}>{now.state === 'waiting' ? said.tryNow : said.connecting}</Button>
      </Banner>
    );
  }
  if (now.state === 'ended' && now.reason !== 'closed') {
    return (
      <Banner look="bad">
        <span>{said.ended[now.reason] ?? said.closed}</span>
        <Button onClick={signOut}>{said.signInAgain}</Button>
      </Banner>
    );
  }
  return null;
}
