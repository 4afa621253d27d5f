// What giving a chat to somebody would do, as the server foresees it, before it is done.

import { type Chat, getQuote, type Quote, type Target } from '@baton/client';
import { useBoard } from '../live/board.ts';
import { useLoaded } from '../live/loaded.ts';
import { useNames } from '../live/names.ts';
import { duration } from '../words/numbers.ts';
import { refusalCode } from '../words/refusal.ts';
import { words } from '../words/words.ts';

export function Outlook({ chat, to }: { chat: Chat; to: Target }) {
  const { staff } = useBoard();
  const names = useNames();
  const found = useLoaded(() => getQuote(staff.http, chat.chat_id, to), []);
  const quote = found.value.value;
  return (
    <p role="status" class="min-h-10 px-4 pt-3 font-medium wrap-anywhere">
      {quote && ('agent' in to ? ofAgent(quote) : ofQueue(quote, names.queue))}
    </p>
  );
}

function ofAgent({ eligible, available, code }: Quote): string {
  const said = words.value.outlook;
  if (available > 0) return said.now;
  if (code) return refusalCode(code);
  return eligible > 0 ? said.noRoom : said.notNow;
}

function ofQueue(quote: Quote, nameOf: (id: string) => string): string {
  const said = words.value.outlook;
  const wait = quote.ewt ? duration(quote.ewt.p50_s) : null;
  switch (quote.outcome) {
    case 'offered':
      return said.offered;
    case 'queued':
      return said.queued(quote.position ?? 1, wait);
    case 'held':
      return said.held(quote.position ?? 1);
    case 'overflowed':
      return said.overflowed(nameOf(quote.queue ?? ''));
    case 'refused':
      return quote.code ? refusalCode(quote.code) : said.notNow;
  }
}
