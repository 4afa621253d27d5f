// What agents noted in a chat: who, on which occasion, when, how it ended, and their words, as text.

import type { Id, Note } from '@baton/client';
import { outcomeName } from '../outcomes.ts';
import { dayAndTime, timeOfDay } from '../time.ts';
import { words } from '../words.ts';

/** Those that say something; of others the text is gone. */
export const withWords = (notes: readonly Note[] = []): readonly Note[] =>
  notes.filter(({ text, disposition }) => text || disposition);

export interface NoteListProps {
  notes: readonly Note[];
  nameOf(agent: Id): string;
}

export function NoteList({ notes, nameOf }: NoteListProps) {
  const said = words.value.notes;
  return (
    <ul aria-label={said.title} class="flex flex-col gap-2">
      {notes.map(({ by, at, kind, text, disposition }, nth) => (
        <li key={`${at} ${nth}`} class="min-w-0 border-l-2 border-line pl-2">
          <p class="flex flex-wrap gap-x-2 text-sm text-quiet">
            <bdi class="min-w-0 font-medium wrap-anywhere text-text">{nameOf(by)}</bdi>
            <span>{said.kinds[kind]}</span>
            <time dateTime={at} title={dayAndTime(at)} class="tabular-nums">
              {timeOfDay(at)}
            </time>
          </p>
          {disposition && (
            <p class="wrap-anywhere">
              {said.outcome}: <bdi class="font-medium">{outcomeName(disposition)}</bdi>
            </p>
          )}
          {text && (
            <p dir="auto" class="wrap-anywhere whitespace-pre-wrap [unicode-bidi:isolate]">
              {text}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
