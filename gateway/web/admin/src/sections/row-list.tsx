// The rows of a table to choose from, searched as one types: arrows move through them.

import { useSignal } from '@preact/signals';
import { Plus, Search } from 'lucide-preact';
import { useMemo, useRef } from 'preact/hooks';
import { Button } from '../../../shared/src/ui/button.tsx';
import { useEditor } from '../editing.ts';
import { BOX, Changed } from '../forms/frame.tsx';
import { nameIn } from '../forms/names.ts';
import { SeverityIcon } from '../frame/finding.tsx';
import { VirtualList } from '../frame/virtual.tsx';
import { matching } from '../model/matching.ts';
import { placeOf, type Table } from '../model/place.ts';
import { go, hrefOf, toRow } from '../routes.ts';
import { words } from '../words/words.ts';
import { NewRow } from './new-row.tsx';
import { noteOf } from './row-note.ts';

const ROW = 52;
const HERE = 'li a[aria-current]';

export function RowList({ table, selected }: { table: Table; selected: string | undefined }) {
  const { draft, canEdit } = useEditor();
  const text = useSignal('');
  const isAdding = useSignal(false);
  const list = useRef<HTMLDivElement>(null);
  const { sections, search, list: said, one } = words.value;
  const all = draft.ids(table);
  const revision = draft.revision.value;
  const searched = text.value.trim();
  const ids = useMemo(
    () => (searched ? matching(draft, table, searched) : all),
    [all, searched, searched ? revision : 0],
  );
  const step = (by: number) => {
    const next = ids[(selected === undefined ? -1 : ids.indexOf(selected)) + by];
    if (next !== undefined) go(toRow(table, next), { replace: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    step(event.key === 'ArrowDown' ? 1 : -1);
    // From a row to the next; from the search one goes on typing.
    if (event.currentTarget instanceof HTMLAnchorElement) {
      requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(HERE)?.focus());
    }
  };
  return (
    <div ref={list} class="flex min-h-0 flex-1 flex-col gap-3">
      <div class="flex items-center gap-2">
        <span class="relative flex-1">
          <Search
            size={16}
            aria-hidden="true"
            class="absolute top-1/2 left-2.5 -translate-y-1/2 text-quiet"
          />
          <input
            type="search"
            aria-label={search.in(sections[table])}
            placeholder={search.in(sections[table])}
            class={`${BOX} pl-8`}
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
        </span>
        {canEdit && (
          <Button
            look="primary"
            aria-label={said.add(one[table])}
            title={said.add(one[table])}
            class="grid size-9 shrink-0 place-items-center p-0! max-sm:size-11"
            onClick={() => (isAdding.value = true)}
          >
            <Plus size={18} aria-hidden="true" />
          </Button>
        )}
      </div>
      <p aria-live="polite" class="-mt-1 text-sm text-quiet tabular-nums">
        {searched ? search.of(ids.length, all.length) : search.all(all.length)}
      </p>
      {all.length === 0 && (
        <p class="rounded-xl bg-sunken p-4 text-quiet max-lg:bg-raised">{said.none}</p>
      )}
      <VirtualList
        label={sections[table]}
        class="-mx-2 min-h-0 flex-1 px-2 max-lg:min-h-[60dvh]"
        {...{ ids, selected }}
        rowHeight={ROW}
        row={(id) => <Row key={id} {...{ table, id, onKeyDown }} isSelected={id === selected} />}
      />
      {isAdding.value && <NewRow table={table} close={() => (isAdding.value = false)} />}
    </div>
  );
}

interface RowProps {
  table: Table;
  id: string;
  isSelected: boolean;
  onKeyDown(event: KeyboardEvent): void;
}

function Row({ table, id, isSelected, onKeyDown }: RowProps) {
  const { draft, check } = useEditor();
  const place = placeOf(table, id);
  const worst = check.at(place)[0]?.severity;
  return (
    <a
      href={hrefOf(toRow(table, id))}
      onKeyDown={onKeyDown}
      aria-current={isSelected ? 'page' : undefined}
      class={`flex h-[50px] items-center gap-2 rounded-lg px-3 ${isSelected ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
    >
      <span class="min-w-0 flex-1">
        <span class="block truncate font-medium">
          <bdi>{nameIn(draft, table, id)}</bdi>
        </span>
        <span class="block truncate text-sm text-quiet">
          <bdi>{noteOf(draft, table, id)}</bdi>
        </span>
      </span>
      {worst && <SeverityIcon severity={worst} />}
      {draft.edits().has(place) && <Changed />}
    </a>
  );
}
