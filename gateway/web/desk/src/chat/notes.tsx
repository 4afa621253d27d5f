// Notes with which a chat was handed over, at their places among its lines. They are no lines: nobody
// says them in the chat, they are never unread, and the customer has no part in them.

import type { Id, Line, Note } from '@baton/client';
import { EyeOff } from 'lucide-preact';
import { timeOfDay } from '../../../shared/src/time.ts';
import { agentName } from '../people.ts';
import { words } from '../words/words.ts';

/** What stands in the log. */
export type Entry = { key: string; line: Line } | { key: string; note: Note };

/**
 * Lines with the notes among them, by the time; what was noted before the first of them only if no
 * line comes before those. `offered` is the note that an offer of the chat shows already.
 */
export function amongLines(
  lines: readonly Line[],
  notes: readonly Note[],
  { isAll, offered }: { isAll: boolean; offered: string | null },
): Entry[] {
  const entries: Entry[] = lines.map((line) => ({ key: line.key, line }));
  // From the last, so that places of those before it stay as they are.
  for (const [nth, note] of [...notes.entries()].reverse()) {
    if (note.kind !== 'handover' || !note.text || note.text === offered) continue;
    const place = 1 + lines.findLastIndex(({ at }) => Date.parse(at) < Date.parse(note.at));
    if (place > 0 || isAll) entries.splice(place, 0, { key: `note ${note.at} ${nth}`, note });
  }
  return entries;
}

export function NoteEntry({ note, me }: { note: Note; me: Id }) {
  const said = words.value.chat;
  const whose = note.by === me ? said.yourNote : said.noteFrom(agentName(note.by));
  return (
    <li
      data-note
      class="mx-auto my-2 max-w-[85%] rounded-lg border border-dashed border-warn bg-warn-soft px-3 py-1 text-sm"
    >
      <p class="flex flex-wrap items-center gap-1 text-xs text-warn">
        <EyeOff size={12} aria-hidden="true" /> {said.whisper}{' '}
        <time dateTime={note.at} class="whitespace-nowrap tabular-nums">
          {timeOfDay(note.at)}
        </time>
      </p>
      <p class="wrap-anywhere whitespace-pre-wrap">
        <bdi class="font-medium">{whose}:</bdi>{' '}
        <span dir="auto" class="[unicode-bidi:isolate]">
          {note.text}
        </span>
      </p>
    </li>
  );
}
