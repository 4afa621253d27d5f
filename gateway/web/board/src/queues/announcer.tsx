// Reads alerts aloud as they come, once each, and counts them in the title of the page.

import { useSignal, useSignalEffect } from '@preact/signals';
import { isolated } from '../../../shared/src/names.ts';
import { keyOf } from '../live/alerts.ts';
import { useBoard } from '../live/board.ts';
import { words } from '../words/words.ts';
import { sentences } from './alerts.tsx';

export function Announcer() {
  const { alerts } = useBoard();
  const told = useSignal('');
  const known = useSignal<ReadonlySet<string>>(new Set());
  useSignalEffect(() => {
    const fresh = alerts.value.filter((alert) => !known.peek().has(keyOf(alert)));
    known.value = new Set(alerts.value.map(keyOf));
    if (fresh.length > 0) {
      const said = fresh.map(sentences).map(({ title, text }) => `${isolated(title)}: ${text}`);
      told.value = said.join(' ');
    }
  });
  useSignalEffect(() => {
    const count = alerts.value.length;
    document.title = `${count ? `(${count}) ` : ''}${words.value.board} · Baton`;
  });
  return (
    <p role="status" class="sr-only">
      {told.value}
    </p>
  );
}
