// How a chat ended and what its agents noted.

import type { Chat } from '@baton/client';
import { NoteList, withWords } from '../../../shared/src/ui/note-list.tsx';
import { useNames } from '../live/names.ts';
import { Card } from '../ui/card.tsx';
import { words } from '../words/words.ts';

export function Notes({ chat }: { chat: Chat }) {
  const names = useNames();
  const notes = withWords(chat.notes);
  if (notes.length === 0) return null;
  return (
    <Card title={words.value.notes}>
      <div class="px-4 py-3">
        <NoteList notes={notes} nameOf={names.agent} />
      </div>
    </Card>
  );
}
