// Finds any row of any table, and any section, by what one types: Ctrl+K from anywhere.

import { useSignal } from '@preact/signals';
import { Search } from 'lucide-preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useEditor } from '../editing.ts';
import { BOX } from '../forms/frame.tsx';
import { nameIn } from '../forms/names.ts';
import type { Draft } from '../model/draft.ts';
import { matching } from '../model/matching.ts';
import { TABLES } from '../model/place.ts';
import { go, hrefOf, type Route, SECTIONS } from '../routes.ts';
import { words } from '../words/words.ts';

interface Hit {
  route: Route;
  name: string;
  kind: string;
}

const MOST_OF_EACH = 6;
const hasKeys = !matchMedia('(pointer: coarse), (max-width: 40rem)').matches;

export function SearchBox() {
  const { draft } = useEditor();
  const text = useSignal('');
  const chosen = useSignal(0);
  const isOpen = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { search } = words.value;
  const wanted = text.value.trim();
  const hits = isOpen.value && wanted ? hitsOf(draft, wanted) : [];
  useShortcut(() => input.current?.focus());
  const close = () => {
    isOpen.value = false;
    text.value = '';
  };
  const take = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    input.current?.blur();
    go(hit.route);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && hits.length > 0) {
      event.preventDefault();
      chosen.value = (chosen.value + by + hits.length) % hits.length;
    } else if (event.key === 'Enter') take(hits[chosen.value]);
    else if (event.key === 'Escape') close();
  };
  return (
    <div
      class="relative order-last w-full sm:order-none sm:max-w-80 sm:flex-1"
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) isOpen.value = false;
      }}
    >
      <Search
        size={16}
        aria-hidden="true"
        class="absolute top-1/2 left-2.5 -translate-y-1/2 text-quiet"
      />
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label={search.label}
        aria-expanded={hits.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={hits.length > 0 ? `${id}-${chosen.value}` : undefined}
        aria-keyshortcuts="Control+K"
        placeholder={hasKeys ? `${search.hint} (Ctrl+K)` : search.hint}
        autocomplete="off"
        class={`${BOX} pl-8`}
        value={text.value}
        onFocus={() => {
          isOpen.value = true;
        }}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          chosen.value = 0;
          isOpen.value = true;
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen.value && wanted && (
        <div class="absolute inset-x-0 top-full z-20 mt-1 max-h-[70dvh] overflow-y-auto rounded-xl border border-line bg-raised p-1 shadow-xl">
          {hits.length === 0 && (
            <p role="status" class="px-3 py-2 text-quiet break-words">
              {search.none(wanted)}
            </p>
          )}
          <div id={id} role="listbox" aria-label={search.label}>
            {hits.map((hit, index) => (
              <HitRow
                key={hrefOf(hit.route)}
                id={`${id}-${index}`}
                hit={hit}
                isChosen={index === chosen.value}
                take={() => take(hit)}
              />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

interface HitRowProps {
  id: string;
  hit: Hit;
  isChosen: boolean;
  take(): void;
}

function HitRow({ id, hit, isChosen, take }: HitRowProps) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      // Before the field loses the focus.
      onMouseDown={(event) => {
        event.preventDefault();
        take();
      }}
      class={`flex min-h-9 cursor-pointer items-center gap-3 rounded-lg px-3 max-sm:min-h-11 ${isChosen ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
    >
      <span class="min-w-0 flex-1 truncate">
        <bdi>{hit.name}</bdi>
      </span>
      <span class="shrink-0 text-sm text-quiet">{hit.kind}</span>
    </div>
  );
}

function hitsOf(draft: Draft, text: string): Hit[] {
  const { sections, page } = words.value;
  const rows = TABLES.flatMap((table) =>
    matching(draft, table, text, MOST_OF_EACH).map((id) => ({
      route: { section: table, id },
      name: nameIn(draft, table, id),
      kind: sections[table],
    })),
  );
  const named = SECTIONS.filter((section) => section !== 'newer').filter((section) =>
    sections[section].toLowerCase().includes(text.toLowerCase()),
  );
  return [
    ...named.map((section) => ({ route: { section }, name: sections[section], kind: page })),
    ...rows,
  ];
}

function useShortcut(act: () => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
