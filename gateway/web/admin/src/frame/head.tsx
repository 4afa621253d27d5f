// The head of the page: what it is, the search, and on narrow screens the way to the sections.

import { signal } from '@preact/signals';
import { Menu, X } from 'lucide-preact';
import { account } from '../../../shared/src/account.ts';
import { Places } from '../../../shared/src/ui/places.tsx';
import { words } from '../words/words.ts';
import { SearchBox } from './search.tsx';
import { Settings } from './settings.tsx';

/** Whether the sections are shown over the content, on narrow screens. */
export const isMenuOpen = signal(false);

export function Head({ canOpenMenu = false }: { canOpenMenu?: boolean }) {
  const { page, frame } = words.value;
  const workspace = account.value?.workspace;
  const Icon = isMenuOpen.value ? X : Menu;
  return (
    <header class="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-raised px-3 py-2 sm:px-4">
      <button
        type="button"
        onClick={() => document.getElementById('content')?.focus()}
        class="sr-only rounded-lg bg-accent px-3 py-2 text-on-accent focus:not-sr-only"
      >
        {frame.skip}
      </button>
      {canOpenMenu && (
        <button
          type="button"
          aria-expanded={isMenuOpen.value}
          aria-controls="sections"
          aria-label={isMenuOpen.value ? frame.closeMenu : frame.menu}
          onClick={() => {
            isMenuOpen.value = !isMenuOpen.value;
          }}
          class="-ml-1 grid size-11 cursor-pointer place-items-center rounded-lg hover:bg-sunken md:hidden"
        >
          <Icon size={20} aria-hidden="true" />
        </button>
      )}
      <Places here="admin" />
      <h1 class="min-w-0 truncate">
        <span class="sr-only">{page} </span>
        {workspace && <span class="text-quiet">{workspace}</span>}
      </h1>
      {canOpenMenu && <SearchBox />}
      <span class="ml-auto max-md:hidden">
        <Settings />
      </span>
    </header>
  );
}
