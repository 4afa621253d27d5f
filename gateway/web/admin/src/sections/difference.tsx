// What differs between two configurations, place by place and field by field: old, then new.

import type { Configuration } from '@baton/client';
import { useSignal } from '@preact/signals';
import { Undo2 } from 'lucide-preact';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { nameOfPlace } from '../forms/names.ts';
import { PictureButton } from '../forms/rows.tsx';
import { type Change, compare } from '../model/compare.ts';
import { type Edits, published } from '../model/draft.ts';
import { type Place, split } from '../model/place.ts';
import type { Json } from '../model/value.ts';
import { hrefOf, routeOf } from '../routes.ts';
import { say } from '../say.ts';
import { fieldWords, words } from '../words/words.ts';

export interface DifferenceProps {
  from: Configuration;
  edits: Edits;
  /** Takes a place's change back. */
  takeBack?(place: Place): void;
}

/** So many at first. */
const MOST = 50;

export function Difference({ from, edits, takeBack }: DifferenceProps) {
  const most = useSignal(MOST);
  const { review, history } = words.value;
  const all = [...edits];
  if (all.length === 0) return <p class="text-quiet">{history.same}</p>;
  return (
    <div class="flex flex-col gap-3">
      <ul class="flex flex-col gap-3">
        {all.slice(0, most.value).map(([place, after]) => (
          <PlaceDifference
            key={place}
            {...{ place, after, takeBack }}
            before={published(from, place)}
          />
        ))}
      </ul>
      {all.length > most.value && (
        <Button class="self-center" onClick={() => (most.value += 10 * MOST)}>
          {review.more(all.length - most.value)}
        </Button>
      )}
    </div>
  );
}

interface PlaceDifferenceProps {
  place: Place;
  before: Json;
  after: Json;
  takeBack?: ((place: Place) => void) | undefined;
}

const KINDS = {
  added: 'bg-good-soft text-good',
  removed: 'bg-bad-soft text-bad',
  changed: 'bg-accent-soft text-accent',
};

function PlaceDifference({ place, before, after, takeBack }: PlaceDifferenceProps) {
  const { draft } = useEditor();
  const { review } = words.value;
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const { id } = split(place);
  // Rows that are gone are called as they were.
  const name = after === undefined ? nameWas(before) : undefined;
  const title =
    name === undefined
      ? nameOfPlace(draft, place)
      : `${nameOfPlace(draft, split(place).part)} › ${name}`;
  return (
    <li class="overflow-hidden rounded-xl border border-line bg-raised">
      <header class="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h3 class="min-w-0 font-medium break-words">
          <a
            class="inline-flex min-h-7 items-center hover:text-accent"
            href={hrefOf(routeOf(place))}
          >
            <bdi>{title}</bdi>
          </a>
        </h3>
        {id !== undefined && <span class="font-mono text-sm break-all text-quiet">{id}</span>}
        <span class="ml-auto flex items-center gap-1">
          <span class={`rounded-md px-2 py-0.5 text-sm ${KINDS[kind]}`}>{review[kind]}</span>
          {takeBack && (
            <PictureButton
              icon={Undo2}
              label={`${review.takenBack}: ${title}`}
              onClick={() => takeBack(place)}
            />
          )}
        </span>
      </header>
      <Changes place={place} changes={compare(before, after)} />
    </li>
  );
}

function nameWas(before: Json): string | undefined {
  const name = (before as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}

function Changes({ place, changes }: { place: Place; changes: readonly Change[] }) {
  const { review } = words.value;
  if (changes.length === 0) return null;
  return (
    <table class="w-full table-fixed text-sm max-sm:block">
      <thead class="sr-only">
        <tr>
          <th scope="col">{words.value.list.name}</th>
          <th scope="col">{review.was}</th>
          <th scope="col">{review.becomes}</th>
        </tr>
      </thead>
      <tbody class="max-sm:block">
        {changes.map((change) => (
          <tr
            key={JSON.stringify([change.path, change.after === undefined])}
            class="border-line not-first:border-t max-sm:block max-sm:px-4 max-sm:py-2"
          >
            <th
              scope="row"
              class="w-1/4 px-4 py-1.5 text-left align-top font-normal break-words text-quiet max-sm:block max-sm:w-auto max-sm:p-0"
            >
              {say.path(change.path) || fieldWords(split(place).part).label}
            </th>
            <Side look="bg-bad-soft text-bad" of={change} is="before" />
            <Side look="bg-good-soft text-good" of={change} is="after" />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Side({ look, of, is }: { look: string; of: Change; is: 'before' | 'after' }) {
  const { draft } = useEditor();
  const { review } = words.value;
  const it = of[is];
  const isOrder = Array.isArray(it) && it.length > 1 && typeof it[0] === 'object';
  return (
    <td class="px-2 py-1.5 align-top max-sm:block max-sm:px-0 max-sm:py-0.5">
      {it === undefined ? (
        <span class="text-quiet">{review.nothingThere}</span>
      ) : (
        <span
          dir="auto"
          class={`block max-h-48 w-fit max-w-full overflow-y-auto rounded-md px-2 py-0.5 break-words whitespace-pre-wrap ${look}`}
        >
          {isOrder && `${review.reordered}: `}
          {say.value(draft, of.path, it)}
        </span>
      )}
    </td>
  );
}
